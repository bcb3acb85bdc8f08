import { systemActor } from '#audit';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { DomainError, toDate, type Unit } from '#kernel';
import { accounts, transfer } from '#ledger';
import { FundedTestEnvironment } from './testing/index.ts';

const lin = systemActor('lin');
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** An amount as the ledger keeps it: digits without groups, or the name of its unit. */
const RAW = /(?<![\w.,:¥])-?\d{4,}(?![\w.])|\bfen\b|GPU-seconds|GPU_SECONDS/;

describe('amounts in what people read', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let tenantId: string;
  let grantIds: Record<Unit, string>;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await FundedTestEnvironment.create(database.transactions);
    tenantId = await environment.company(123_456n);
    grantIds = {
      CNY: await environment.grant(tenantId, 500_000n),
      GPU_SECONDS: await environment.grant(tenantId, 720_000n, { unit: 'GPU_SECONDS' }),
    };
  });
  afterAll(async () => {
    await database.drop();
  });

  /** Moves `amount` out of the available side of the grant. */
  const spend = (tx: Tx, unit: Unit, amount: bigint) => {
    const [from, to] = [accounts.grantAvailable(grantIds[unit]), accounts.grantHeld(grantIds[unit])];
    const postings = transfer({ from, to, unit, amount });
    return environment.ledger.post(tx, [{ key: `x:${unit}`, kind: 'hold.placed', effectiveAt: environment.start, tenantId, postings }]);
  };
  const start = (tx: Tx) => {
    const request = { id: 'job_text/1', jobId: 'job_text', tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: false };
    return environment.funding.open(tx, request, { gpus: 8n, seconds: 3_600_000n }, environment.start);
  };

  it.each<[string, readonly string[], (tx: Tx) => Promise<unknown>]>([
    ['ledger.overdraft', ['¥5,000.00', '¥12,345.67'], (tx) => spend(tx, 'CNY', 1_234_567n)],
    ['ledger.overdraft', ['200.00 GPU-hours', '1,000.00 GPU-hours'], (tx) => spend(tx, 'GPU_SECONDS', 3_600_000n)],
    ['ledger.negative-amount', ['-¥12.50'], (tx) => spend(tx, 'CNY', -1_250n)],
    ['ledger.negative-amount', ['-1.00 GPU-hours'], (tx) => spend(tx, 'GPU_SECONDS', -3_600n)],
    ['ledger.amount-out-of-range', ['¥90,071,992,547,409.92', '¥90,071,992,547,409.91'], (tx) => spend(tx, 'CNY', MOST + 1n)],
    [
      'programme.budget-exceeded',
      ['¥5,000.00', '¥10,000.01'],
      (tx) => environment.grants.amend(tx, lin, grantIds.CNY, { addAmount: 1_000_001n }, environment.start),
    ],
    [
      'catalog.invalid-price',
      ['¥10,000,000,000.00'],
      (tx) => environment.catalog.addPrice(tx, lin, 'h800', { from: toDate(environment.start + 60), fenPerGpuHour: 10n ** 12n }),
    ],
    ['funds.insufficient', ['8,000.00 GPU-hours'], start],
  ])('%s says %j, not what the ledger counts in', async (code, amounts, work) => {
    const refused = await database.transactions.run(work).catch((error: unknown) => error);
    if (!(refused instanceof DomainError)) throw new Error(`not refused: ${String(refused)}`);
    const text = `${refused.detail} ${refused.remedy ?? ''}`;
    expect(refused.code).toBe(code);
    for (const amount of amounts) expect(text).toContain(amount);
    expect(text).not.toMatch(RAW);
  });
});
