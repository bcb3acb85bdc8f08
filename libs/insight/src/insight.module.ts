import { Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { CompaniesModule } from '#tenancy';
import { ProgrammesModule } from '#programmes';
import { RunwayService } from './runway.service.ts';
import { UsageService } from './usage.service.ts';
import { UtilisationService } from './utilisation.service.ts';

/** Needs the global `JobsModule`, and a `Clock` and a `BusinessCalendar` from a global module of the app. */
@Module({
  imports: [CatalogModule, CompaniesModule, FundingModule, ProgrammesModule],
  providers: [RunwayService, UsageService, UtilisationService],
  exports: [RunwayService, UsageService, UtilisationService],
})
export class InsightModule {}
