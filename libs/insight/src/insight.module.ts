import { Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { CompaniesModule } from '#tenancy';
import { ProgrammesModule } from '#programmes';
import { RunwayService } from './runway.service.ts';
import { UsageService } from './usage.service.ts';
import { UtilisationService } from './utilisation.service.ts';
import { WhatIfService } from './what-if.service.ts';

/** Needs the global `JobsModule`, and a `Clock` and a `BusinessCalendar` from a global module of the app. */
@Module({
  imports: [CatalogModule, CompaniesModule, FundingModule, LedgerModule, ProgrammesModule],
  providers: [RunwayService, UsageService, UtilisationService, WhatIfService],
  exports: [RunwayService, UsageService, UtilisationService, WhatIfService],
})
export class InsightModule {}
