import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { LedgerModule } from '#ledger';
import { Grants } from './grants.service.ts';
import { Programmes } from './programmes.service.ts';

@Module({ imports: [AuditModule, CatalogModule, LedgerModule], providers: [Programmes, Grants], exports: [Programmes, Grants] })
export class SubsidyModule {}
