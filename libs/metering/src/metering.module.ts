import { Module } from '@nestjs/common';
import { FundingModule } from '#funding';
import { MeteringService } from './metering.service.ts';

@Module({ imports: [FundingModule], providers: [MeteringService], exports: [MeteringService] })
export class MeteringModule {}
