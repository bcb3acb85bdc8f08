import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { FundingModule } from '#funding';
import { IncidentsService } from './incidents.service.ts';
import { MeteringService } from './metering.service.ts';
import { RefundReversalsService } from './refund-reversals.service.ts';

/** Needs the global `JobsModule`, and a `Clock` and a `BusinessCalendar` from a global module of the app. */
@Module({
  imports: [AuditModule, DecisionsModule, FundingModule],
  providers: [MeteringService, IncidentsService, RefundReversalsService],
  exports: [MeteringService, IncidentsService, RefundReversalsService],
})
export class MeteringModule {}
