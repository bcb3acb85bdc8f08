import { Module } from '@nestjs/common';
import { GrantsModule } from '#grants';
import { InsightModule } from '#insight';
import { TenancyModule } from '#tenancy';
import { RunwayController } from './runway.controller.ts';
import { UsageController } from './usage.controller.ts';

@Module({ imports: [GrantsModule, InsightModule, TenancyModule], controllers: [UsageController, RunwayController] })
export class InsightApiModule {}
