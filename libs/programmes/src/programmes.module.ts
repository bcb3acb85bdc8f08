import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { LedgerModule } from '#ledger';
import { ProgrammesService } from './programmes.service.ts';

/** Programmes and their appropriations. */
@Module({ imports: [AuditModule, CatalogModule, LedgerModule], providers: [ProgrammesService], exports: [ProgrammesService] })
export class ProgrammesModule {}
