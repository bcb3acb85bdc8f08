/**
 * kernel — the values that every module shares: fen, GPU-seconds, basis points, half-up, instants, business months, quantities,
 * durations, ids, the clock, domain errors and the assertion. It must never import Nest, a database or a network client.
 */
export { DomainError, type DomainErrorDetails, type DomainErrorKind } from './domain-error.ts';
export { invariant } from './invariant.ts';
export { type BasisPoints, type Fen, type GpuSeconds, type Unit, FULL_BASIS_POINTS, UNITS, least, listCost, shareOf } from './units.ts';
export { type Instant, formatInstant, instantOf, toDate } from './instant.ts';
export { ledgerDayOf, startOfLedgerDay } from './ledger-day.ts';
export { type AccountCode, type AccountName, accounts, parseAccountCode } from './account-code.ts';
export { admissionIdOf, type AttemptKey, attemptOfAdmission } from './admission-id.ts';
export { type Month, BusinessCalendar, isMonth } from './business-calendar.ts';
export { compareBytes } from './compare-bytes.ts';
export { Clock, ManualClock, ScaledClock, SystemClock } from './clock.ts';
export { type IdPrefix, newId } from './ids.ts';
export { BYTE_ORDER_MARK, type CsvDecimal, type CsvField, csvFieldsOf, csvHundredths, csvOf } from './csv.ts';
export { formatAmount, formatGpuHours, formatMoney, hundredthGpuHours } from './format.ts';
export { canonicalJson, digestOf } from './canonical-json.ts';
export { keyIdOf, parseSigningKey, publicKeyOf, type Signature, signatureFault, signatureSchema, signDocument } from './signature.ts';
export { jsonInteger } from './json-integer.ts';
export { flag, parseSettings, port, postgresUrl, SettingsError, timeZone } from './settings.ts';
export { jsonPointer } from './json-pointer.ts';
export { faultyTexts, shortened, type TextFault } from './well-formed-text.ts';
export { creditCodeCheckCharacter, creditCodeFault, normalizedCreditCode } from './credit-code.ts';
export { formatQuantity, parseQuantity } from './quantity.ts';
export { formatDuration, parseDuration } from './duration.ts';
export type { ListOrder } from './list-order.ts';
export { takeTurns } from './take-turns.ts';
