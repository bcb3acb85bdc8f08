/**
 * funding — who pays for which second: the pure allocation of GPU-seconds among grants and wallet, and the holds, charges and
 * corrections built on it (rules F1–F7, M4–M6, M8). It owns the tables `funding_*` and `bank_transfer`; it moves money
 * only by posting to the ledger. It must never know a pod, a cluster or how usage was measured: it takes cumulative GPU-seconds at
 * instants. Views for the SQL of others: `charged_admission`.
 */
export { TRANSFER_DIRECTIONS, TRANSFER_STATES } from './bank-transfer.entity.ts';
export { BankTransfersModule } from './bank-transfers.module.ts';
export { type BankTransfer, BankTransfersService, type NewTransfer } from './bank-transfers.service.ts';
export { TRANSFER_CHANGED, type TransferChanged } from './transfer-changed.ts';
export { attemptOfEntry, type AttemptShare, type ChargedAttempt, chargedAttempts } from './charged-attempts.queries.ts';
export { type PayingGrant, type FundingLimits, type Step } from './domain/allocation.ts';
export { chargeSplits } from './domain/charge-splits.ts';
export {
  dampened,
  type Exhaustion,
  exhaustionOf,
  type FundedRun,
  FUNDS_EXHAUSTED,
  isExhausted,
  warningDistances,
} from './domain/exhaustion.ts';
export { heldAdmissions } from './held-admissions.queries.ts';
export type { Consumption, ForecastPoint, FundsForecast, SourceForecast } from './domain/funds-forecast.ts';
export { FORECAST_DAYS, FundsForecastService } from './funds-forecast.service.ts';
export { isNewWarning, warningAt } from './domain/exhaustion-warning.ts';
export type { HoldRefusal } from './domain/plan-openings.ts';
export { type HoldPolicy, holdTarget, type HoldTarget, NO_HOLD, targetGpuSeconds } from './domain/hold-target.ts';
export { type Admission, type GrantPosition, type TenantFunds } from './domain/funding-book.ts';
export { chargedAt, type EntryAgain, type EntryLine, type PaidSums, type ProgrammePaid, RecordedUsage } from './domain/recorded-usage.ts';
export { type Freeze, type ReplayedFunds, UsageReplay } from './domain/usage-replay.ts';
export { type OpenedAdmission, openedAdmissions } from './replayed-admissions.queries.ts';
export { ClosedAdmissionsService, type LateUsage, type Refund } from './closed-admissions.service.ts';
export { FundingModule } from './funding.module.ts';
export { type AdmissionRequest, FundingService, HOLDS_TOPIC, type Metered, type Opening, type UsageReport } from './funding.service.ts';
export { type Quote, type QuotedShare, type QuoteRequest, QuotesService } from './quotes.service.ts';
export { InsufficientFunds } from './insufficient-funds.ts';
export { QuotasModule } from './quotas.module.ts';
export { type ProgrammeCapUse, type Quota, QuotasService } from './quotas.service.ts';
export { WalletSheetsService } from './wallet-sheets.service.ts';
export { type TopUp, type WalletBalance, WalletsService } from './wallets.service.ts';
