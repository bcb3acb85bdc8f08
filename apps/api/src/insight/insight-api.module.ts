import { Module } from '@nestjs/common';
import { InsightModule } from '#insight';
import { UsageController } from './usage.controller.ts';

@Module({ imports: [InsightModule], controllers: [UsageController] })
export class InsightApiModule {}
