import { systemActor } from '#audit';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { type Instant, ManualClock, toDate } from '#kernel';
import { recordPodReports } from '#metering';
import type { MonthClosingService } from './month-closing.service.ts';
import type { Reconciliation, ReconciliationService } from './reconciliation.service.ts';
import { statementsOf } from './testing/index.ts';

const OCTOBER = '2026-10';
const DAY = 86_400;

describe('reconciliation', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let clock: ManualClock;
  let reconciliation: ReconciliationService;
  let closing: MonthClosingService;
  let tenantId: string;
  let other: string;
  let november: Instant;
  let jobs = 0;

  beforeAll(async () => {
    database = await TestDatabase.create();
    clock = new ManualClock(toDate(1_793_000_000));
    environment = await FundedTestEnvironment.create(database.transactions, clock);
    november = environment.calendar.endOf(OCTOBER);
    ({ reconciliation, closing } = statementsOf(environment, clock));
    [tenantId, other] = [await environment.company(10_000_000n), await environment.company(10_000_000n)];
    await environment.grant(tenantId, 800_000n, { coverageBp: 5_000n });
    clock.moveTo(toDate(november + 10 * DAY));
  });
  afterAll(async () => {
    await database.drop();
  });

  /** A job of 8 GPUs that the cluster reported, the meter metered and the ledger charged at each of `ticks` and at its end. */
  const ran = async (start: Instant, end: Instant, given: { ticks?: Instant[]; owner?: string } = {}): Promise<string> => {
    jobs += 1;
    const { ticks = [], owner = tenantId } = given;
    const [jobId, admissionId, podUid] = [`job_${jobs}`, `job_${jobs}/1`, `pod-${jobs}`];
    await database.transactions.run(async (tx) => {
      const request = { id: admissionId, jobId, tenantId: owner, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await environment.funding.open(tx, request, { gpus: 0n, seconds: 0n }, start);
      await recordPodReports(tx, [{ podUid, admissionId, gpus: 8, startedAt: start, endedAt: end, lost: false }], end);
      await tx.query(
        `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
         VALUES ($1, $2, $3, $4, 8, to_timestamp($5), to_timestamp($6), to_timestamp($6), 'reported')`,
        [podUid, admissionId, jobId, owner, start, end],
      );
      const readings = [...ticks, end].map((at) => ({ at, gpuSeconds: 8n * BigInt(at - start) }));
      const report = { admissionId, tenantId: owner, readings, holdTarget: { gpus: 0n, seconds: 0n }, final: true };
      await environment.funding.meter(tx, [report], end);
    });
    return jobId;
  };
  const reconcile = (month: string) => database.transactions.snapshot((tx) => reconciliation.ofMonth(tx, month));
  /** Changes what the application may not change, as somebody with the rights of a database administrator would. */
  const tamper = (sql: string, parameters: unknown[] = []) =>
    database.owner.transaction(async (tx) => {
      await tx.query(`SET LOCAL session_replication_role = replica`);
      await tx.query(sql, parameters);
    });
  const found = ({ differences }: Reconciliation, jobId: string) =>
    differences.filter((one) => one.jobId === jobId).map(({ code, expected, found: amount }) => [code, expected, amount]);
  let [healthy, across] = ['', ''];

  it('finds nothing where cluster, meter, ledger and statements agree, also in a closed month (T3)', async () => {
    healthy = await ran(november - 2 * DAY, november - 2 * DAY + 3_600);
    across = await ran(november - 600, november + 600, { ticks: [november] });
    const [open, next] = [await reconcile(OCTOBER), await reconcile('2026-11')];
    const sides = { clusterGpuSeconds: 33_600n, meteredGpuSeconds: 33_600n, ledgerGpuSeconds: 33_600n, statementGpuSeconds: 33_600n };
    expect(open).toMatchObject({ ...sides, agrees: true, differences: [], comparedJobs: 2, frozenMonths: [] });
    expect(next).toMatchObject({ clusterGpuSeconds: 4_800n, statementGpuSeconds: 4_800n, agrees: true, differences: [] });
    await database.transactions.run((tx) => closing.close(tx, systemActor('finance'), OCTOBER));
    expect(await reconcile(OCTOBER)).toMatchObject({ ...sides, agrees: true, differences: [], frozenMonths: [OCTOBER] });
  });

  it('reconciles days, several months and one company; a job across the begin of a day has a known reason', async () => {
    const jobId = await ran(november + 5 * DAY - 90, november + 5 * DAY + 90, {
      ticks: [november + 5 * DAY - 30, november + 5 * DAY + 30],
    });
    const elsewhere = await ran(november + 5 * DAY + 100, november + 5 * DAY + 200, { owner: other });
    const of = (from: Instant, until: Instant, whose: { tenantId?: string } = {}) =>
      database.transactions.snapshot((tx) => reconciliation.reconcile(tx, { from, until, ...whose }, undefined, { jobs: true }));
    const day = await of(november + 5 * DAY, november + 6 * DAY);
    expect(day).toMatchObject({ agrees: true, comparedJobs: 2, meteredGpuSeconds: 1_520n });
    expect(day.differences).toMatchObject([{ code: 'boundary', known: true, jobId, expected: 720n, found: 960n }]);
    const own = await of(november + 5 * DAY, november + 6 * DAY, { tenantId: other });
    expect(own.jobs).toMatchObject([{ jobId: elsewhere, clusterGpuSeconds: 800n, ledgerGpuSeconds: 800n, statementGpuSeconds: 800n }]);
    const both = await of(environment.calendar.startOf(OCTOBER), environment.calendar.endOf('2026-11'));
    expect(both).toMatchObject({ agrees: true, differences: [], comparedJobs: 4, frozenMonths: [OCTOBER], statementGpuSeconds: 40_640n });
  });

  it('finds seconds that the meter lost, whole pods and parts of them, and seconds that no cluster reported', async () => {
    const start = november + 6 * DAY;
    const [lost, short, invented] = [await ran(start, start + 100), await ran(start, start + 100), await ran(start, start + 100)];
    await tamper(`DELETE FROM usage_interval WHERE job_id = $1`, [lost]);
    await tamper(`UPDATE usage_interval SET ended_at = ended_at - interval '40 seconds' WHERE job_id = $1`, [short]);
    await tamper(`DELETE FROM pod_record WHERE job_id = $1`, [invented]);
    const month = await reconcile('2026-11');
    expect(month.agrees).toBe(false);
    expect(found(month, lost)).toEqual([
      ['not-metered', 800n, 0n],
      ['posted-long', 0n, 800n],
    ]);
    expect(found(month, short)).toEqual([
      ['metered-short', 800n, 480n],
      ['posted-long', 480n, 800n],
    ]);
    expect(found(month, invented)).toEqual([['not-reported', 0n, 800n]]);
    expect(month.differences.map(({ reason }) => reason)).toContain(
      `The cluster reports 800 GPU-seconds of the pod pod-${lost.slice(4)}, and the meter has none of them.`,
    );
    expect(month.differenceCount).toBe(5);
    expect(found(month, healthy)).toEqual([]);
  });

  it('finds a charge that is missing in the ledger, in the open month and in a closed one beside its frozen statement', async () => {
    const missing = await ran(november + 7 * DAY, november + 7 * DAY + 100);
    const gone = `SELECT id FROM ledger_entry WHERE kind = 'usage.metered' AND job_id = $1`;
    await tamper(`DELETE FROM ledger_posting WHERE entry_id IN (${gone})`, [missing]);
    const open = await reconcile('2026-11');
    expect(found(open, missing)).toEqual([['not-posted', 800n, 0n]]);
    // Balances and daily sums still have it.
    expect(open.differences).toContainEqual(expect.objectContaining({ code: 'statement-balance', account: 'wallet', month: '2026-11' }));
    await tamper(`DELETE FROM ledger_posting WHERE entry_id IN (${gone})`, [healthy]);
    const closed = await reconcile(OCTOBER);
    expect(found(closed, healthy)).toEqual([
      ['not-posted', 28_800n, 0n],
      ['statement-seconds', 0n, 28_800n],
      ['statement-amount', 0n, 10_000n],
    ]);
    // The grant that paid half of it, and the wallet, moved by less than their statement says.
    expect(closed.differences.filter(({ code }) => code === 'statement-balance')).toMatchObject([
      { account: expect.stringMatching(/^grant:/) as string, expected: 799_166n, found: 794_166n, unit: 'CNY' },
      { account: 'wallet', month: OCTOBER },
    ]);
  });

  it('finds an open month that states another amount than the cluster earned', async () => {
    const jobId = await ran(november + 8 * DAY, november + 8 * DAY + 3_600);
    await tamper(
      `UPDATE ledger_posting SET amount = amount - 1 WHERE entry_id IN (SELECT id FROM ledger_entry WHERE job_id = $1)
          AND account_id IN (SELECT id FROM ledger_account WHERE account_kind(code) = 'usage')`,
      [jobId],
    );
    expect(found(await reconcile('2026-11'), jobId)).toEqual([['statement-amount', 9_999n, 10_000n]]);
  });

  it('finds a frozen statement that was changed, also where its digest was made to fit', async () => {
    const forged = `replace(document, '"gpuSeconds":4800', '"gpuSeconds":4000')`;
    await tamper(
      `UPDATE statement SET document = ${forged}, digest = encode(sha256(convert_to(${forged}, 'UTF8')), 'hex') WHERE tenant_id = $1`,
      [tenantId],
    );
    expect(found(await reconcile(OCTOBER), across)).toEqual([['statement-seconds', 4_800n, 4_000n]]);
    const [{ name } = { name: '' }] = await database.owner.query<{ name: string }[]>(
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = 'statement'::regclass AND contype = 'c'`,
    );
    await database.owner.query(`ALTER TABLE statement DROP CONSTRAINT ${name}`);
    await tamper(`UPDATE statement SET document = replace(document, '"listFen":1667', '"listFen":1666') WHERE tenant_id = $1`, [tenantId]);
    const changed = await reconcile(OCTOBER);
    expect(changed.differences.filter(({ code }) => code === 'statement-changed')).toMatchObject([
      {
        tenantId,
        month: OCTOBER,
        reason: `The frozen statement of ${OCTOBER} has not the digest that was stored with it: somebody changed it.`,
      },
    ]);
    expect(found(changed, across)).toContainEqual(['statement-amount', 1_667n, 1_666n]);
  });
});
