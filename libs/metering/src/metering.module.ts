import { Module } from '@nestjs/common';
import { FundingModule } from '#funding';
import { Metering } from './metering.service.ts';

@Module({ imports: [FundingModule], providers: [Metering], exports: [Metering] })
export class MeteringModule {}
