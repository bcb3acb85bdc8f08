import { Module } from '@nestjs/common';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { Statements } from './statements.service.ts';

@Module({ imports: [LedgerModule, FundingModule], providers: [Statements], exports: [Statements] })
export class StatementsModule {}
