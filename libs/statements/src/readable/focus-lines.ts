import { type CsvField, csvHundredths, csvOf, type Fen, type GpuSeconds, type Instant, type Month, toDate } from '#kernel';
import { type JobLine, type LineNames, sharesByMonth } from '../domain/job-line.ts';
import { totalsOf } from '../domain/statement.ts';
import { programmeName } from './source-names.ts';

/** All mandatory columns, those that apply to what a park sells, and our own, which begin with `x_`; sorted as FOCUS lists them. */
export const FOCUS_COLUMNS = [
  ...['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart'],
  ...['ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargeFrequency', 'ChargePeriodEnd', 'ChargePeriodStart'],
  ...['ConsumedQuantity', 'ConsumedUnit', 'ContractedCost', 'EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'ListUnitPrice'],
  ...['PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName', 'ResourceId', 'ResourceName', 'ResourceType'],
  ...['ServiceCategory', 'ServiceName', 'ServiceSubcategory', 'SkuId', 'SkuMeter', 'SkuPriceId'],
  ...['x_BelongsToMonth', 'x_CreditCode', 'x_FundingSource', 'x_ProgrammeName'],
] as const;
type FocusRow = Partial<Record<(typeof FOCUS_COLUMNS)[number], CsvField>>;

/** Who bills, and for which period. */
export interface FocusContext {
  readonly park: string;
  readonly month: Month;
  readonly periodOf: (month: Month) => { readonly from: Instant; readonly until: Instant };
}

const SERVICE = { ServiceCategory: 'Compute', ServiceName: 'GPU Compute', ServiceSubcategory: 'Containers' } as const;

/**
 * Usage and credits as a dataset of FOCUS 1.2, the FinOps Open Cost and Usage Specification: for each job a usage row at its list cost, and a credit row for each part that a grant or the
 * park bore, so that the sum of `BilledCost` is what the company pays itself. What belongs to a closed month before is a correction.
 * For programs: no byte order mark; text that begins like a formula has an apostrophe before it all the same (rule T5).
 */
export async function* focusLines(
  batches: AsyncIterable<readonly JobLine[]>,
  names: ReadonlyMap<string, LineNames>,
  context: FocusContext,
): AsyncGenerator<string> {
  yield csvOf([FOCUS_COLUMNS]);
  for await (const jobs of batches) {
    let lines = '';
    for (const job of jobs) {
      const rows = rowsOfJob(job, names.get(job.tenantId), context);
      lines += csvOf(rows.map((row) => FOCUS_COLUMNS.map((column) => row[column] ?? '')));
    }
    if (lines !== '') yield lines;
  }
}

function rowsOfJob(job: JobLine, names: LineNames | undefined, context: FocusContext): FocusRow[] {
  return sharesByMonth(job, context.month).flatMap(([belongsTo, shares]) => {
    const { gpuSeconds, listFen } = totalsOf(shares);
    const common = commonOf(job, names, belongsTo, context);
    const usage = gpuSeconds === 0n && listFen === 0n ? [] : [{ ...common, ...usageOf(job, gpuSeconds, listFen) }];
    const credits = shares
      .filter(({ source, listFen: borne }) => source !== 'wallet' && borne !== 0n)
      .map(({ source, listFen: borne }) => ({
        ...{ ...common, ...costs(-borne), ChargeCategory: 'Credit', ChargeFrequency: 'Usage-Based' },
        ChargeDescription: source === 'absorbed' ? 'Written off by the park' : 'Compute subsidy',
        x_FundingSource: source,
        ...(names !== undefined && { x_ProgrammeName: programmeName(source, names) ?? '' }),
      }));
    return [...usage, ...credits];
  });
}

function commonOf(job: JobLine, names: LineNames | undefined, belongsTo: Month, { park, month, periodOf }: FocusContext): FocusRow {
  const [billing, charged] = [periodOf(month), periodOf(belongsTo)];
  return {
    ...SERVICE,
    ...{ BillingAccountId: job.tenantId, BillingAccountName: names?.company ?? '', BillingCurrency: 'CNY' },
    ...{ BillingPeriodStart: dateTime(billing.from), BillingPeriodEnd: dateTime(billing.until) },
    ...{ ChargePeriodStart: dateTime(charged.from), ChargePeriodEnd: dateTime(charged.until) },
    ...{ InvoiceIssuerName: park, ProviderName: park, PublisherName: park },
    ...{ ResourceId: job.jobId, ResourceName: job.name, ResourceType: 'Job' },
    ...(belongsTo !== month && { ChargeClass: 'Correction' }),
    ...{ x_BelongsToMonth: belongsTo, x_CreditCode: names?.creditCode ?? '' },
  };
}

/** Time at its list cost. A rounding difference without time, or against it, has no unit price: it is an adjustment. */
function usageOf({ gpuClass }: JobLine, gpuSeconds: GpuSeconds, listFen: Fen): FocusRow {
  const cost = { ...costs(listFen), ChargeFrequency: 'Usage-Based' };
  if (gpuSeconds === 0n || (listFen !== 0n && listFen < 0n !== gpuSeconds < 0n)) {
    return { ...cost, ChargeCategory: 'Adjustment', ChargeFrequency: 'One-Time', ChargeDescription: `Rounding of ${gpuClass} GPU time` };
  }
  return {
    ...{ ...cost, ChargeCategory: 'Usage', ChargeDescription: `${gpuClass} GPU time` },
    ...{ ConsumedQuantity: gpuSeconds, ConsumedUnit: 'GPU-Seconds' },
    ...{ PricingQuantity: quotient(gpuSeconds, 3_600n), PricingUnit: 'GPU-Hours' },
    // What the hours cost at list price: the price of the class, or the mean of its prices where it changed in the month.
    ListUnitPrice: quotient(listFen * 36n, gpuSeconds),
    ...{ SkuId: gpuClass, SkuPriceId: gpuClass, SkuMeter: 'GPU time' },
  };
}

/** All four costs of FOCUS: no discount lies between list and bill, and a credit has the same in each. */
function costs(fen: Fen): FocusRow {
  const cost = csvHundredths(fen);
  return { BilledCost: cost, ContractedCost: cost, EffectiveCost: cost, ListCost: cost };
}

const DECIMALS = 9;

/** A quotient with nine decimals, cut: a product with it is off by less than a fen below ten million hours. */
function quotient(dividend: bigint, divisor: bigint): CsvField {
  const scaled = (dividend * 10n ** BigInt(DECIMALS)) / divisor;
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(DECIMALS + 1, '0');
  return { decimal: `${scaled < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}` };
}

/** An instant as FOCUS writes it: `2026-09-30T16:00:00Z`. */
function dateTime(at: Instant): string {
  return toDate(at).toISOString().replace('.000Z', 'Z');
}
