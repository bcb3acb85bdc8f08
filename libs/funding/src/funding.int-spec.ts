import { systemActor } from '#audit';
import { TestDatabase } from '#database/testing';
import type { Instant } from '#kernel';
import { accounts } from '#ledger';
import { type HoldTarget, NO_HOLD } from './domain/hold-target.ts';
import type { UsageReport } from './funding.service.ts';
import { FundedTestEnvironment } from './testing/index.ts';

describe('funding on the ledger', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let jobs = 0;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await FundedTestEnvironment.create(database.transactions);
  });
  afterEach(async () => {
    const sums = await database.owner.query<{ unit: string; sum: bigint }[]>(
      `SELECT unit, sum(balance)::bigint AS sum FROM ledger_account GROUP BY unit`,
    );
    expect(sums.filter(({ sum }) => sum !== 0n)).toEqual([]);
  });
  afterAll(async () => {
    await database.drop();
  });

  const open = async (tenantId: string, holdTarget: HoldTarget, selfPay = true): Promise<string> => {
    const jobId = `job_${(jobs += 1)}`;
    const request = { id: `${jobId}/1`, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay };
    await database.transactions.run((tx) => environment.funding.open(tx, request, holdTarget, environment.start));
    return request.id;
  };
  const report = (
    admissionId: string,
    tenantId: string,
    at: Instant,
    gpuSeconds: bigint,
    holdTarget = NO_HOLD,
    final = false,
  ): UsageReport => ({
    ...{ admissionId, tenantId, readings: [{ at, gpuSeconds }], holdTarget, final },
  });
  const meter = (reports: UsageReport[], at: Instant) => database.transactions.run((tx) => environment.funding.meter(tx, reports, at));

  it('holds before use, charges from the hold, and releases to the fen at the end (F5)', async () => {
    const tenantId = await environment.company(100_000n);
    const grantId = await environment.grant(tenantId, 800_000n, { coverageBp: 5_000n });
    const admission = await open(tenantId, { gpus: 8n, seconds: 3_600n });
    expect(await environment.balance(accounts.grantHeld(grantId))).toBe(5_000n);
    expect(await environment.balance(accounts.walletHeld(tenantId))).toBe(5_000n);

    await meter([report(admission, tenantId, environment.start + 60, 480n, { gpus: 8n, seconds: 3_600n })], environment.start + 60);
    expect(await environment.balance(accounts.grantHeld(grantId))).toBe(5_000n);
    await meter([report(admission, tenantId, environment.start + 1_800, 14_400n, NO_HOLD, true)], environment.start + 1_800);
    expect(await environment.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await environment.balance(accounts.walletHeld(tenantId))).toBe(0n);
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(797_500n);
    expect(await environment.balance(accounts.walletAvailable(tenantId))).toBe(97_500n);
  });

  it('opens many one after the other: what one holds the next has no more, and a smaller one may still fit (F5)', async () => {
    const [first, second] = [await environment.company(10_000n), await environment.company(1_250n)];
    const opening = (id: string, tenantId: string, seconds: bigint) => ({
      request: { id: `${id}/1`, jobId: id, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true },
      holdTarget: { gpus: 1n, seconds },
    });
    const openings = [
      ...[opening('job_many_a', first, 6n * 3_600n), opening('job_many_b', second, 3_600n), opening('job_many_c', first, 3n * 3_600n)],
      ...[opening('job_many_d', first, 2n * 3_600n), opening('job_many_e', second, 1n)],
    ];
    const refused = await database.transactions.run((tx) => environment.funding.openAll(tx, openings, environment.start));
    expect([...refused].map(([id, { code }]) => [id, code])).toEqual([
      ['job_many_c/1', 'funds.insufficient'],
      ['job_many_e/1', 'funds.insufficient'],
    ]);
    expect(await environment.balance(accounts.walletHeld(first))).toBe(10_000n);
    expect(await environment.balance(accounts.walletHeld(second))).toBe(1_250n);
    const opened = await database.owner.query<{ id: string }[]>(
      `SELECT id FROM funding_admission WHERE job_id LIKE 'job_many_%' ORDER BY id`,
    );
    expect(opened.map(({ id }) => id)).toEqual(['job_many_a/1', 'job_many_b/1', 'job_many_d/1']);
  });

  it('opens no admission whose hold is not whole, and writes nothing of it (F5)', async () => {
    const tenantId = await environment.company(100n);
    await expect(open(tenantId, { gpus: 8n, seconds: 3_600n })).rejects.toMatchObject({ code: 'funds.insufficient' });
    expect(await environment.balance(accounts.walletAvailable(tenantId))).toBe(100n);
    const left = await database.owner.query<unknown[]>(`SELECT 1 FROM funding_admission WHERE tenant_id = $1`, [tenantId]);
    expect(left).toEqual([]);
  });

  it('changes nothing when the same usage is reported again (M2, M7)', async () => {
    const tenantId = await environment.company();
    const grantId = await environment.grant(tenantId, 36_000n, { unit: 'GPU_SECONDS' });
    const admission = await open(tenantId, { gpus: 1n, seconds: 600n }, false);
    const same = report(admission, tenantId, environment.start + 100, 100n);
    await meter([same], environment.start + 100);
    const before = await database.owner.query<{ n: bigint }[]>(`SELECT count(*) AS n FROM ledger_entry`);
    const [again] = await meter([same], environment.start + 100);
    expect(again?.chargedGpuSeconds).toBe(0n);
    expect(await database.owner.query(`SELECT count(*) AS n FROM ledger_entry`)).toEqual(before);
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(35_900n);
  });

  it('takes no report on an admission that is over: it was overtaken by the end (M7)', async () => {
    const tenantId = await environment.company();
    const grantId = await environment.grant(tenantId, 10_000n, { unit: 'GPU_SECONDS' });
    const admission = await open(tenantId, { gpus: 1n, seconds: 600n }, false);
    await meter([report(admission, tenantId, environment.start + 90, 90n, NO_HOLD, true)], environment.start + 90);
    const [late] = await meter(
      [report(admission, tenantId, environment.start + 120, 120n, { gpus: 1n, seconds: 600n })],
      environment.start + 120,
    );
    expect(late).toMatchObject({ chargedGpuSeconds: 0n, heldGpuSeconds: 600n });
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(9_910n);
    expect(await environment.balance(accounts.grantHeld(grantId))).toBe(0n);
  });

  it('credits an overcharge back by an entry that names the one it corrects (M4, L2)', async () => {
    const tenantId = await environment.company(500n);
    const grantId = await environment.grant(tenantId, 100n, { unit: 'GPU_SECONDS' });
    const admission = await open(tenantId, { gpus: 1n, seconds: 600n });
    await meter(
      [report(admission, tenantId, environment.start + 60, 60n), report(admission, tenantId, environment.start + 120, 120n)].slice(0, 1),
      environment.start + 60,
    );
    await meter([report(admission, tenantId, environment.start + 180, 180n)], environment.start + 180);
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(0n);
    const [credited] = await meter([report(admission, tenantId, environment.start + 80, 80n, NO_HOLD, true)], environment.start + 181);
    expect(credited?.chargedGpuSeconds).toBe(-100n);
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(20n);
    expect(await environment.balance(accounts.walletAvailable(tenantId))).toBe(500n);
    const entries = (await environment.journal.ofJob(database.transactions.reader, admission.split('/')[0] ?? '')).items;
    const correction = entries.find((entry) => entry.kind === 'usage.corrected');
    const corrected = entries.find((entry) => entry.id === correction?.corrects);
    expect(corrected?.kind).toBe('usage.metered');
    expect(correction?.postings.reduce((sum, posting) => sum + (posting.gpuSeconds ?? 0n), 0n)).toBe(-100n);
  });

  it('absorbs what goes past the hold, never charging it to the tenant (F7)', async () => {
    const tenantId = await environment.company();
    await environment.grant(tenantId, 600n, { unit: 'GPU_SECONDS' });
    const admission = await open(tenantId, { gpus: 1n, seconds: 600n }, false);
    const [result] = await meter([report(admission, tenantId, environment.start + 900, 900n, NO_HOLD, true)], environment.start + 900);
    expect(result?.absorbedGpuSeconds).toBe(300n);
    const [entry] = (await environment.journal.ofJob(database.transactions.reader, admission.split('/')[0] ?? '')).items.filter(
      (e) => e.kind === 'usage.metered',
    );
    expect(entry?.reason).toBe('0.08 GPU-hours were used past what could be held');
    expect(entry?.postings.find((posting) => posting.account === accounts.absorbed)).toMatchObject({
      amount: -105n,
      gpuSeconds: 300n,
      listFen: 105n,
    });
  });

  it('lets held seconds outlive the expiry of their grant, and what comes back then lapse (F8)', async () => {
    const tenantId = await environment.company();
    const until = environment.start + 300;
    const grantId = await environment.grant(tenantId, 1_000n, { unit: 'GPU_SECONDS', until });
    const admission = await open(tenantId, { gpus: 1n, seconds: 600n }, false);
    const lapse = (at: Instant) => database.transactions.run((tx) => environment.lapses.lapseDue(tx, at));
    expect(await lapse(until)).toEqual([{ grantId, amount: 400n }]);
    const [result] = await meter([report(admission, tenantId, environment.start + 450, 450n, NO_HOLD, true)], environment.start + 450);
    expect(result?.absorbedGpuSeconds).toBe(0n);
    expect(await lapse(environment.start + 450)).toEqual([{ grantId, amount: 150n }]);
    expect(await lapse(environment.start + 451)).toEqual([]);
  });

  it('stops new holds of a frozen grant, and claws back no more than is available (F9)', async () => {
    const tenantId = await environment.company();
    const grantId = await environment.grant(tenantId, 1_000n, { unit: 'GPU_SECONDS' });
    await open(tenantId, { gpus: 1n, seconds: 600n }, false);
    const actor = systemActor('administrator');
    const moved = await database.transactions.run((tx) =>
      environment.grants.clawBack(tx, actor, grantId, 5_000n, 'unused', environment.start),
    );
    expect(moved).toBe(400n);
    await database.transactions.run((tx) => environment.grants.amend(tx, actor, grantId, { addAmount: 700n }, environment.start));
    await database.transactions.run((tx) => environment.grants.freeze(tx, actor, grantId, 'under review', environment.start));
    await expect(open(tenantId, { gpus: 1n, seconds: 60n }, false)).rejects.toMatchObject({ code: 'funds.insufficient' });
    expect(await environment.balance(accounts.grantHeld(grantId))).toBe(600n);
  });

  it('quotes who pays what, and says what nobody would pay', async () => {
    const tenantId = await environment.company(1_000n);
    const grantId = await environment.grant(tenantId, 1_000n, { coverageBp: 5_000n });
    const request = { tenantId, gpuClass: 'h800', gpuSeconds: 7_200n, fenPerGpuHour: 1_250n, selfPay: true };
    const quote = await environment.quotes.quote(database.transactions.reader, request, environment.start);
    expect(quote).toMatchObject({ listFen: 2_500n, subsidyFen: 1_000n, uncoveredGpuSeconds: 1_439n });
    expect(quote.shares.map(({ source, amount }) => ({ source, amount }))).toEqual([
      { source: grantId, amount: 1_000n },
      { source: 'wallet', amount: 1_000n },
    ]);
  });
});
