import { Module } from '@nestjs/common';
import { GrantsModule } from '#grants';
import { LedgerModule } from '#ledger';
import { StatementsModule } from '#statements';
import { ProvenanceController } from './provenance.controller.ts';

/** Needs the global `JobsModule`. */
@Module({ imports: [GrantsModule, LedgerModule, StatementsModule], controllers: [ProvenanceController] })
export class ProvenanceApiModule {}
