import { parse } from 'csv-parse/sync';
import { BusinessCalendar, type Fen } from '#kernel';
import type { JobLine, LineCharge } from '../domain/job-line.ts';
import { mergeShares } from '../domain/statement.ts';
import { FOCUS_COLUMNS, focusLines } from './focus-lines.ts';

const [MONTH, BEFORE] = ['2026-10', '2026-09'];
const calendar = new BusinessCalendar();
const context = {
  ...{ park: '模速空间', month: MONTH },
  periodOf: (month: string) => ({ from: calendar.startOf(month), until: calendar.endOf(month) }),
};
const names = {
  ...{ company: '=cmd|极订科技', creditCode: '91310104MA1FRXXX0X', formerCompanyNames: [] },
  ...{ grants: { g1: '算力券' }, programmes: { g1: '徐汇补贴' }, formerProgrammeNames: {}, documents: {} },
};

const charge = (source: string, gpuSeconds: bigint, listFen: Fen, belongsTo?: string): LineCharge => ({
  ...{ source, unit: 'CNY', amount: listFen, gpuSeconds, listFen },
  ...(belongsTo !== undefined && { belongsTo }),
});
const job = (jobId: string, charges: readonly LineCharge[]): JobLine => {
  return { tenantId: 'company_1', jobId, name: `训练 ${jobId}`, gpuClass: 'h800', shares: mergeShares(charges), charges };
};
const jobs = [
  // The grant takes the seconds, and the wallet pays a part beside it.
  job('job_1', [charge('grant:g1', 28_801n, 5_001n), charge('wallet', 0n, 5_000n)]),
  job('job_2', [charge('wallet', 7n, 2n), charge('absorbed', 11n, 4n)]),
  // Refunded for a closed month before, and used in this one.
  job('job_3', [charge('grant:g1', -14_400n, -5_000n, BEFORE), charge('wallet', 3_600n, 1_250n)]),
  job('job_4', [charge('wallet', 0n, 1n)]),
];

type Row = Record<string, string>;
const rowsOf = async (lines: readonly JobLine[]): Promise<Row[]> => {
  let file = '';
  const batches = (async function* () {
    await Promise.resolve();
    for (const line of lines) yield [line];
  })();
  for await (const text of focusLines(batches, new Map([['company_1', names]]), context)) file += text;
  expect(file.startsWith('\uFEFF')).toBe(false);
  return parse<Row>(file, { columns: true });
};

/** The rules of FOCUS 1.2 for each of our columns: feature level, nulls and type as its specification tables have them. */
const [DECIMAL, TIME, TEXT] = [/^-?\d+(\.\d+)?$/, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, /\S/];
const RULES: Readonly<Record<string, { null: boolean; value: RegExp }>> = {
  BilledCost: { null: false, value: DECIMAL },
  BillingAccountId: { null: false, value: TEXT },
  BillingAccountName: { null: true, value: TEXT },
  BillingCurrency: { null: false, value: /^CNY$/ },
  BillingPeriodEnd: { null: false, value: TIME },
  BillingPeriodStart: { null: false, value: TIME },
  ChargeCategory: { null: false, value: /^(Usage|Purchase|Tax|Credit|Adjustment)$/ },
  ChargeClass: { null: true, value: /^Correction$/ },
  ChargeDescription: { null: true, value: TEXT },
  ChargeFrequency: { null: false, value: /^(One-Time|Recurring|Usage-Based)$/ },
  ChargePeriodEnd: { null: false, value: TIME },
  ChargePeriodStart: { null: false, value: TIME },
  ConsumedQuantity: { null: true, value: DECIMAL },
  ConsumedUnit: { null: true, value: /^GPU-Seconds$/ },
  ContractedCost: { null: false, value: DECIMAL },
  EffectiveCost: { null: false, value: DECIMAL },
  InvoiceIssuerName: { null: false, value: TEXT },
  ListCost: { null: false, value: DECIMAL },
  ListUnitPrice: { null: true, value: /^\d+(\.\d+)?$/ },
  PricingQuantity: { null: true, value: DECIMAL },
  PricingUnit: { null: true, value: /^GPU-Hours$/ },
  ProviderName: { null: false, value: TEXT },
  PublisherName: { null: false, value: TEXT },
  ResourceId: { null: true, value: TEXT },
  ResourceName: { null: true, value: TEXT },
  ResourceType: { null: true, value: TEXT },
  ServiceCategory: { null: false, value: /^Compute$/ },
  ServiceName: { null: false, value: TEXT },
  ServiceSubcategory: { null: false, value: /^(Containers|Virtual Machines|Serverless Compute|Other \(Compute\))$/ },
  SkuId: { null: true, value: TEXT },
  SkuMeter: { null: true, value: TEXT },
  SkuPriceId: { null: true, value: TEXT },
};
/** Feature level Mandatory in FOCUS 1.2. */
const MANDATORY = [
  ...['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart'],
  ...['ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargePeriodEnd', 'ChargePeriodStart', 'ContractedCost', 'EffectiveCost'],
  ...['InvoiceIssuerName', 'ListCost', 'PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName', 'ServiceCategory', 'ServiceName'],
];

/** Rules between the columns of one row. */
function contradictions(row: Row): string[] {
  const [usage, correction] = [row['ChargeCategory'] === 'Usage', row['ChargeClass'] === 'Correction'];
  const [quantity, price, list] = [row['PricingQuantity'], row['ListUnitPrice'], Number(row['ListCost'])];
  const product = Number(quantity) * Number(price);
  const rules: [string, boolean][] = [
    [
      'usage has quantities, a unit price and a SKU',
      !usage || ['ConsumedQuantity', 'PricingQuantity', 'ListUnitPrice', 'SkuId', 'SkuPriceId'].every((column) => row[column] !== ''),
    ],
    ['only usage is consumed', usage || row['ConsumedQuantity'] === ''],
    [
      'a quantity has a unit',
      (quantity === '') === (row['PricingUnit'] === '') && (row['ConsumedQuantity'] === '') === (row['ConsumedUnit'] === ''),
    ],
    ['price × quantity = list cost', quantity === '' || price === '' || correction || Math.abs(product - list) < 0.005],
    [
      'a credit is one amount',
      row['ChargeCategory'] !== 'Credit' ||
        ['ListCost', 'ContractedCost', 'EffectiveCost'].every((cost) => row[cost] === row['BilledCost']),
    ],
    ['a correction is of a billing period before', correction === (row['ChargePeriodStart'] ?? '') < (row['BillingPeriodStart'] ?? '')],
    ['periods end after they begin', (row['ChargePeriodStart'] ?? '') < (row['ChargePeriodEnd'] ?? '')],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => `${row['ResourceId']} ${row['ChargeCategory']}: ${rule}`);
}

describe('a FOCUS dataset', () => {
  it('has all mandatory columns, and each value as the specification of its column says', async () => {
    const rows = await rowsOf(jobs);
    expect(MANDATORY.filter((column) => !(FOCUS_COLUMNS as readonly string[]).includes(column))).toEqual([]);
    expect(Object.keys(rows[0] ?? {}).filter((column) => !(column in RULES) && !column.startsWith('x_'))).toEqual([]);
    const faults = rows.flatMap((row) =>
      Object.entries(RULES)
        .filter(([column, rule]) => (row[column] === '' ? !rule.null : !rule.value.test(row[column] ?? '')))
        .map(([column]) => `${row['ResourceId']} ${column}: ${row[column]}`),
    );
    expect(faults).toEqual([]);
    expect(rows.flatMap(contradictions)).toEqual([]);
  });

  it('bills what the company pays itself, lists what the ledger lists, and neutralises names that begin like formulas', async () => {
    const rows = await rowsOf(jobs);
    const fen = (column: string, of: (row: Row) => boolean = () => true) =>
      rows.filter(of).reduce((sum, row) => sum + Math.round(Number(row[column]) * 100), 0);
    const charges = jobs.flatMap((line) => line.charges);
    const sum = (of: (charge: LineCharge) => boolean) => charges.filter(of).reduce((total, { listFen }) => total + Number(listFen), 0);
    expect(fen('BilledCost')).toBe(sum(({ source }) => source === 'wallet'));
    expect(fen('ListCost', (row) => row['ChargeCategory'] !== 'Credit')).toBe(sum(() => true));
    expect(fen('BilledCost', (row) => row['ChargeCategory'] === 'Credit')).toBe(-sum(({ source }) => source !== 'wallet'));
    expect(rows.reduce((total, row) => total + Number(row['ConsumedQuantity']), 0)).toBe(28_801 + 18 - 14_400 + 3_600);
    expect(rows.map((row) => row['BillingAccountName'])).toEqual(rows.map(() => "'=cmd|极订科技"));
    expect(rows.filter((row) => row['ChargeClass'] === 'Correction')).toMatchObject([
      { ResourceId: 'job_3', ChargeCategory: 'Usage', ListCost: '-50.00', x_BelongsToMonth: BEFORE },
      { ResourceId: 'job_3', ChargeCategory: 'Credit', ListCost: '50.00', x_ProgrammeName: '徐汇补贴', x_FundingSource: 'grant:g1' },
    ]);
    expect(rows.filter((row) => row['ChargeCategory'] === 'Adjustment')).toMatchObject([{ ResourceId: 'job_4', ListCost: '0.01' }]);
  });
});
