import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { DecisionsModule } from '#decisions';
import { LedgerModule } from '#ledger';
import { ProgrammeThresholdsService } from './programme-thresholds.service.ts';
import { ProgrammesService } from './programmes.service.ts';

/** Programmes and their appropriations. */
@Module({
  imports: [AuditModule, CatalogModule, DecisionsModule, LedgerModule],
  providers: [ProgrammesService, ProgrammeThresholdsService],
  exports: [ProgrammesService, ProgrammeThresholdsService],
})
export class ProgrammesModule {}
