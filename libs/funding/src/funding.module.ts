import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { LedgerModule } from '#ledger';
import { ClosedAdmissionsService } from './closed-admissions.service.ts';
import { FundingService } from './funding.service.ts';
import { FundsForecastService } from './funds-forecast.service.ts';
import { QuotesService } from './quotes.service.ts';
import { WalletSheetsService } from './wallet-sheets.service.ts';
import { WalletsService } from './wallets.service.ts';

const services = [FundingService, ClosedAdmissionsService, QuotesService, FundsForecastService, WalletsService, WalletSheetsService];

/** Needs a `BusinessCalendar` from a global module of the app. */
@Module({ imports: [AuditModule, LedgerModule], providers: services, exports: services })
export class FundingModule {}
