import { createHash } from 'node:crypto';
import { systemActor } from '#audit';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { type Instant, ManualClock, toDate } from '#kernel';
import { ledgerFaults } from '#ledger/testing';
import type { ReportedRuns } from './domain/run-comparison.ts';
import type { MonthClosingService } from './month-closing.service.ts';
import type { MonthEndService } from './month-end.service.ts';
import type { StatementsService } from './statements.service.ts';
import { statementsOf } from './testing/index.ts';

const MONTH = '2026-10';
const finance = systemActor('finance');

describe('the end of a month', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let clock: ManualClock;
  let services: ReturnType<typeof statementsOf>;
  let monthEnd: MonthEndService;
  let closing: MonthClosingService;
  let statements: StatementsService;
  let tenantId: string;
  let grantId: string;
  let boundary: Instant;

  beforeAll(async () => {
    database = await TestDatabase.create();
    clock = new ManualClock(toDate(1_793_000_000));
    environment = await FundedTestEnvironment.create(database.transactions, clock);
    boundary = environment.calendar.endOf(MONTH);
    services = statementsOf(environment, clock);
    ({ monthEnd, closing, statements } = services);
    tenantId = await environment.company(100_000n);
    grantId = await environment.grant(tenantId, 800_000n, { coverageBp: 5_000n });
    const [jobId, start] = ['job_1', boundary - 600];
    await database.transactions.run(async (tx) => {
      const request = { id: 'job_1/1', jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await environment.funding.open(tx, request, { gpus: 0n, seconds: 0n }, start);
      await tx.query(
        `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
         VALUES ('p1', 'job_1/1', $1, $2, 8, to_timestamp($3), to_timestamp($4), to_timestamp($4), 'reported')`,
        [jobId, tenantId, start, boundary + 1_200],
      );
      await tx.query(
        `INSERT INTO pod_record (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, reported_at, source)
         SELECT pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, ended_at, 'cluster' FROM usage_interval WHERE pod_uid = $1`,
        ['p1'],
      );
    });
  });
  afterAll(async () => {
    expect(await ledgerFaults(database.owner.manager)).toEqual([]);
    await database.drop();
  });

  const meterTo = (...instants: Instant[]) =>
    database.transactions.run((tx) => {
      const readings = instants.map((at) => ({ at, gpuSeconds: 8n * BigInt(at - boundary + 600) }));
      const report = { admissionId: 'job_1/1', tenantId, readings, holdTarget: { gpus: 0n, seconds: 0n }, final: false };
      return environment.funding.meter(tx, [report], instants.at(-1) ?? boundary);
    });
  const close = () => database.transactions.run((tx) => closing.close(tx, finance, MONTH));
  const reconcile = (month: string, reported?: ReportedRuns) =>
    database.transactions.snapshot((tx) => services.reconciliation.ofMonth(tx, month, reported));
  const issued = (month: string) => services.documents.statement(database.transactions.reader, tenantId, month);

  it('is not closed before its end, nor over usage that is not charged, and then nothing is written (T3)', async () => {
    await expect(close()).rejects.toMatchObject({ code: 'month.not-over' });
    clock.advance((boundary + 3_600 - 1_793_000_000) * 1000);
    await meterTo(boundary - 60);
    await expect(close()).rejects.toMatchObject({ code: 'month.unmetered' });
    expect((await issued(MONTH)).closedAt).toBeUndefined();
  });

  it('is frozen with a digest that anybody can compute again, and takes no more entries (T3)', async () => {
    await meterTo(boundary, boundary + 1_200);
    const before = await issued(MONTH);
    expect((await close()).record.statements).toHaveLength(1);
    const after = await issued(MONTH);
    expect(after.closedAt).toEqual(toDate(boundary + 3_600));
    expect(after).toMatchObject({ document: before.document, digest: before.digest });
    const [stored] = await database.owner.query<{ document: string }[]>(`SELECT document FROM statement`);
    expect(
      createHash('sha256')
        .update(stored?.document ?? '')
        .digest('hex'),
    ).toBe(after.digest);
    await expect(close()).rejects.toMatchObject({ code: 'month.closed' });
    const late = { tenantId, amount: 5n, reference: 'late', key: 'late' };
    await expect(database.transactions.run((tx) => environment.wallets.topUp(tx, finance, late, boundary - 5))).rejects.toMatchObject({
      code: 'ledger.period-closed',
    });
    await expect(database.dataSource.query(`UPDATE statement SET digest = ''`)).rejects.toThrow(/permission denied/);
  });

  it('says who paid what of each job, and its closing balances are the next opening ones (T1, T2)', async () => {
    const [october, november] = [(await issued(MONTH)).document, (await issued('2026-11')).document];
    expect(october.totals).toEqual({ gpuSeconds: 4_800, listFen: 1_667, subsidyFen: 834, selfPaidFen: 833, absorbedFen: 0 });
    expect(november.totals).toEqual({ gpuSeconds: 9_600, listFen: 3_333, subsidyFen: 1_666, selfPaidFen: 1_667, absorbedFen: 0 });
    expect(october.accounts.map(({ account, closing }) => [account, closing])).toEqual(
      november.accounts.map(({ account, opening }) => [account, opening]),
    );
    expect(november.accounts.map(({ account, closing }) => [account, closing])).toEqual([
      [`grant:${grantId}`, 797_500],
      ['wallet', 97_500],
    ]);
  });

  it('agrees between meter, ledger and statements; a programme’s settlement is what its grants paid (T4)', async () => {
    const tx = database.transactions.reader;
    expect(await reconcile(MONTH)).toMatchObject({ agrees: true, meteredGpuSeconds: 4_800n });
    const [line] = await statements.settlement(tx, [grantId], MONTH);
    // The list cost of the seconds, not the subsidy that was paid for them.
    expect(line).toMatchObject({ tenantId, totals: { gpuSeconds: 4_800n, listFen: 1_667n, subsidyFen: 834n, selfPaidFen: 833n } });
  });

  it('does not agree where the cluster tells of more than is metered, of a pod that is metered short or not at all, and says by how much', async () => {
    const reported = { podUid: 'p1', jobId: 'job_1', gpus: 8, startedAt: boundary - 600, endedAt: boundary + 1_200 };
    const by = (...runs: (typeof reported)[]) => reconcile(MONTH, { source: 'record', runs });
    expect(await by(reported)).toMatchObject({
      agrees: true,
      cluster: { source: 'record', pods: 1, clusterGpuSeconds: 4_800n, meteredGpuSeconds: 4_800n, differences: [] },
    });
    // An hour has passed since the end of the month: what ended before is recorded.
    const planted = await by(
      { ...reported, startedAt: boundary - 700 },
      { ...reported, podUid: 'p2', startedAt: boundary - 60, endedAt: boundary },
    );
    expect(planted).toMatchObject({ agrees: false, meteredGpuSeconds: 4_800n, ledgerGpuSeconds: 4_800n, statementGpuSeconds: 4_800n });
    expect(planted.cluster.differences).toEqual([
      { podUid: 'p1', jobId: 'job_1', reason: 'metered-short', clusterGpuSeconds: 5_600n, meteredGpuSeconds: 4_800n },
      { podUid: 'p2', jobId: 'job_1', reason: 'not-metered', clusterGpuSeconds: 480n, meteredGpuSeconds: 0n },
    ]);
    expect(await reconcile(MONTH)).toMatchObject({ agrees: true, cluster: { source: 'none', pods: 0 } });
  });

  it('closes in order, and with what lapsed in it, whoever closes it; a refund into a closed month goes to the open one (T2, T3)', async () => {
    const [november, december] = [boundary, environment.calendar.endOf('2026-11')];
    const { programmeId } = await environment.grants.get(database.transactions.reader, grantId);
    const validity = { validFrom: toDate(november), validUntil: toDate(december - 100), effectiveAt: november + 3_600 };
    const { id: expiring } = await database.transactions.run((tx) =>
      environment.grants.open(tx, finance, { programmeId, tenantId, amount: 5_000n, ...validity }),
    );
    const january = environment.calendar.endOf('2026-12');
    clock.moveTo(toDate(january + 86_400));
    expect(await monthEnd.due(database.transactions.reader)).toEqual(['2026-11', '2026-12']);
    const closeMonth = (month: string) => database.transactions.run((tx) => closing.close(tx, finance, month));
    await expect(closeMonth('2026-12')).rejects.toMatchObject({ code: 'month.out-of-order', field: '/month' });
    expect(await monthEnd.due(database.transactions.reader)).toEqual(['2026-11', '2026-12']);
    await closeMonth('2026-11');
    const closed = (await issued('2026-11')).document;
    const lapsed = closed.accounts.find(({ account }) => account === `grant:${expiring}`);
    expect(lapsed).toMatchObject({ movements: expect.arrayContaining([{ kind: 'grant.lapsed', amount: -5_000 }]) as unknown, closing: 0 });
    // The attempt ran into November, which is closed: what is refunded of it takes effect now, and names its months.
    await database.transactions.run((tx) =>
      environment.funding.meter(
        tx,
        [{ admissionId: 'job_1/1', tenantId, readings: [], holdTarget: { gpus: 0n, seconds: 0n }, final: true }],
        november + 1_200,
      ),
    );
    await database.transactions.run((tx) =>
      environment.closed.refund(
        tx,
        [{ admissionId: 'job_1/1', tenantId, gpuSeconds: 14_400n }],
        'incident_1',
        'node lost',
        january + 86_400,
      ),
    );
    await closeMonth('2026-12');
    const opening = (await issued('2026-12')).document;
    expect(opening.accounts.map((sheet) => [sheet.account, sheet.opening])).toEqual(
      closed.accounts.map((sheet) => [sheet.account, sheet.closing]),
    );
    const entries = (await environment.journal.ofJob(database.transactions.reader, 'job_1')).items.filter(
      ({ kind }) => kind === 'usage.refunded',
    );
    expect(new Set(entries.map(({ effectiveAt }) => effectiveAt))).toEqual(new Set([january + 86_400]));
    expect(new Set(entries.map(({ belongsTo }) => belongsTo))).toEqual(new Set(['2026-10', '2026-11']));
    // The statement lists it in the month in which it takes effect, with the months it belongs to.
    const { corrections: listed } = await issued('2027-01');
    expect(new Set(listed.map(({ kind, belongsTo }) => `${kind} ${belongsTo}`))).toEqual(
      new Set(['usage.refunded 2026-10', 'usage.refunded 2026-11']),
    );
    expect(listed.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0)).toBe(-14_400);
    for (const month of [MONTH, '2026-11', '2026-12']) {
      expect(await reconcile(month)).toMatchObject({ month, agrees: true });
    }
  });
});
