import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { LedgerModule } from '#ledger';
import { ClosedAdmissionsService } from './closed-admissions.service.ts';
import { FundingService } from './funding.service.ts';
import { QuotesService } from './quotes.service.ts';
import { TopUpsService } from './top-ups.service.ts';
import { WalletSheetsService } from './wallet-sheets.service.ts';
import { WalletsService } from './wallets.service.ts';

const services = [FundingService, ClosedAdmissionsService, QuotesService, TopUpsService, WalletsService, WalletSheetsService];

/** Needs a `BusinessCalendar` from a global module of the app. */
@Module({ imports: [AuditModule, DecisionsModule, LedgerModule], providers: services, exports: services })
export class FundingModule {}
