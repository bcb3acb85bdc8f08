import { Module } from '@nestjs/common';
import { CompaniesModule } from '#tenancy';
import { ProgrammesModule } from '#programmes';
import { UsageService } from './usage.service.ts';

/** Needs a `Clock` and a `BusinessCalendar` from a global module of the app. */
@Module({
  imports: [CompaniesModule, ProgrammesModule],
  providers: [UsageService],
  exports: [UsageService],
})
export class InsightModule {}
