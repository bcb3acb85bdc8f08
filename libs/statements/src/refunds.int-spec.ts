import { type Actor, systemActor } from '#audit';
import { TestDatabase } from '#database/testing';
import { DecisionsService } from '#decisions';
import { FundedTestEnvironment } from '#funding/testing';
import type { Principal } from '#identity';
import { type Instant, instantOf, ManualClock, toDate } from '#kernel';
import { JobAcceptanceService, JobNotesService, JobsService, JobSettings } from '#jobs';
import { someJobSpec } from '#jobs/testing';
import { accounts } from '#ledger';
import { ledgerFaults } from '#ledger/testing';
import { IncidentsService, RefundReversalsService, unmeteredAdmissions } from '#metering';
import { SecretsService } from '#secrets';
import { CompaniesService } from '#tenancy';
import type { MonthClosingService } from './month-closing.service.ts';
import type { ReconciliationService } from './reconciliation.service.ts';
import type { StatementDocumentsService } from './statement-documents.service.ts';
import { statementsOf } from './testing/index.ts';

const person = (name: string): Principal => ({ kind: 'user', id: `user_${name}`, name, roles: ['operator'] });
const [operator, colleague] = [person('wu'), person('qian')];
const START = 1_793_000_000;

describe('refunds of platform failures (M8)', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let clock: ManualClock;
  let incidents: IncidentsService;
  let reversals: RefundReversalsService;
  let decisions: DecisionsService;
  let closing: MonthClosingService;
  let documents: StatementDocumentsService;
  let reconciliation: ReconciliationService;
  let boundary: Instant;
  let count = 0;

  beforeAll(async () => {
    database = await TestDatabase.create();
    clock = new ManualClock(toDate(START));
    environment = await FundedTestEnvironment.create(database.transactions, clock);
    const funds = { canEverFund: () => Promise.resolve(true) };
    const companies = new CompaniesService(environment.audit, clock);
    const acceptance = new JobAcceptanceService(
      environment.catalog,
      companies,
      funds,
      new SecretsService(environment.audit, clock),
      clock,
      new JobSettings(),
    );
    const jobs = new JobsService(acceptance, companies, environment.audit, clock);
    decisions = new DecisionsService(environment.audit);
    const notes = new JobNotesService(jobs, clock);
    incidents = new IncidentsService(environment.closed, notes, environment.audit, clock, decisions);
    reversals = new RefundReversalsService(incidents, environment.closed, notes, environment.audit, decisions);
    for (const { id, name } of [operator, colleague]) {
      await database.owner.query(
        `INSERT INTO app_user (id, email, name, status, email_proven_by, email_proven_at, created_at, updated_at)
         VALUES ($1, $2, $2, 'active', 'operator', now(), now(), now())`,
        [id, `${name}@example.com`],
      );
      await database.owner.query(`INSERT INTO user_role (user_id, role) VALUES ($1, 'operator')`, [id]);
    }
    ({ closing, documents, reconciliation } = statementsOf(environment, clock));
    boundary = environment.calendar.endOf(environment.calendar.monthOf(START));
  });
  afterAll(async () => {
    expect(await ledgerFaults(database.owner.manager)).toEqual([]);
    await database.drop();
  });

  const reconcile = (month: string) => database.transactions.snapshot((tx) => reconciliation.ofMonth(tx, month));

  /** A company with ¥1,000 and a grant that pays half. */
  const company = async () => {
    const tenantId = await environment.company(100_000n);
    return { tenantId, grantId: await environment.grant(tenantId, 800_000n, { coverageBp: 5_000n }) };
  };

  /** An attempt of 8 GPUs that ran from `start` to `end`, was charged at each of `ticks` and at its end, and was then rolled back. */
  const failed = async (
    tenantId: string,
    start: Instant,
    end: Instant,
    given: { checkpointAt?: Instant; ticks?: Instant[]; node?: string; kind?: string; reason?: string } = {},
  ) => {
    count += 1;
    const { checkpointAt, ticks = [], node = 'gpu-1', kind = 'rolled-back', reason = 'platform failure' } = given;
    const [jobId, admissionId] = [`job_${count}`, `job_${count}/1`];
    await database.transactions.run(async (tx) => {
      await tx.query(
        `INSERT INTO job (id, tenant_id, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds, priority, self_pay,
           state, attempt, event_count, submitted_by, submitted_at, queued_at)
         VALUES ($1, $2, 'train', $3, 'h800', 1, 8, 90000, 0, 'normal', true, 'Queued', 1, 3, 'user_x', now(), now())`,
        [jobId, tenantId, JSON.stringify(someJobSpec())],
      );
      const events = [
        ...[{ sequence: 1, at: start, kind: 'admitted', reason: null, data: JSON.stringify({ placement: [node] }) }],
        ...(checkpointAt === undefined ? [] : [{ sequence: 2, at: checkpointAt, kind: 'checkpoint-marked', reason: null, data: null }]),
        { sequence: 3, at: end, kind, reason, data: null },
      ];
      for (const event of events) {
        await tx.query(
          `INSERT INTO job_event (id, job_id, sequence, at, kind, to_state, attempt, actor, reason, data)
           VALUES ($1, $2, $3, to_timestamp($4), $5, 'Running', 1, '{}', $6, $7)`,
          [`${jobId}-${event.sequence}`, jobId, event.sequence, event.at, event.kind, event.reason, event.data],
        );
      }
      const request = { id: admissionId, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await environment.funding.open(tx, request, { gpus: 8n, seconds: 60n }, start);
      await tx.query(
        `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
         VALUES ($1, $1, $2, $3, 8, to_timestamp($4), to_timestamp($5), to_timestamp($5), 'reported')`,
        [admissionId, jobId, tenantId, start, end],
      );
      await tx.query(
        `INSERT INTO pod_record (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, reported_at, source)
         SELECT pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, ended_at, 'cluster' FROM usage_interval WHERE pod_uid = $1`,
        [admissionId],
      );
      const readings = [...ticks, end].map((at) => ({ at, gpuSeconds: 8n * BigInt(at - start) }));
      await environment.funding.meter(tx, [{ admissionId, tenantId, readings, holdTarget: { gpus: 0n, seconds: 0n }, final: true }], end);
    });
    return {
      jobId,
      admissionId,
      report: {
        admissionId,
        tenantId,
        readings: [{ at: end, gpuSeconds: 8n * BigInt(end - start) }],
        holdTarget: { gpus: 8n, seconds: 60n },
        final: false,
      },
    };
  };
  const open = (selection: Parameters<IncidentsService['open']>[2]['selection'], by: Actor = operator) =>
    database.transactions.run(async (tx) => {
      const { incident, decision } = await incidents.open(tx, by, { reason: 'node lost', selection });
      return { ...(await incidents.get(tx, incident.id)), ...(decision !== undefined && { decision }) };
    });
  const confirm = (by: Principal, decision: string | undefined) =>
    database.transactions.run((tx) => decisions.confirm(tx, by, decision ?? '', '', instantOf(clock.now())));
  const reverse = async (incidentId: string, reason = 'it was another node') => {
    const { id } = await database.transactions.run((tx) => reversals.propose(tx, operator, incidentId, { reason }, instantOf(clock.now())));
    return id;
  };
  const funds = async ({ tenantId, grantId }: { tenantId: string; grantId: string }) => [
    await environment.balance(accounts.grantAvailable(grantId)),
    await environment.balance(accounts.walletAvailable(tenantId)),
  ];
  const entriesOf = async (jobId: string) => (await environment.journal.ofJob(database.transactions.reader, jobId)).items;
  const charged = async (jobId: string) =>
    (await entriesOf(jobId)).flatMap(({ postings }) => postings).reduce((sum, { gpuSeconds = 0n }) => sum + gpuSeconds, 0n);

  it('credits back all since the start to whoever paid, once, by entries that name what they correct', async () => {
    const tenant = await company();
    const before = await funds(tenant);
    const { jobId, admissionId } = await failed(tenant.tenantId, START, START + 700, { ticks: [START + 100, START + 400] });
    expect(await funds(tenant)).not.toEqual(before);
    const incident = await open({ admissionIds: [admissionId] });
    expect(incident.refunds).toEqual([expect.objectContaining({ admissionId, gpuSeconds: 5_600n, fromCheckpoint: false })]);
    expect(await funds(tenant)).toEqual(before);
    expect(await charged(jobId)).toBe(0n);
    const entries = await entriesOf(jobId);
    const metered = entries.filter(({ kind }) => kind === 'usage.metered').map(({ id }) => id);
    const refunds = entries.filter(({ kind }) => kind === 'usage.refunded');
    expect(new Set(refunds.map(({ corrects }) => corrects))).toEqual(new Set(metered));
    await expect(open({ admissionIds: [admissionId] })).rejects.toMatchObject({ code: 'incident.attempt-not-refundable' });
    expect((await open({ from: START, until: START + 700, node: 'gpu-1' })).refunds).toEqual([]);
    expect(await funds(tenant)).toEqual(before);
  });

  it('credits back what was run since the last checkpoint mark only', async () => {
    const tenant = await company();
    const { jobId, admissionId } = await failed(tenant.tenantId, START, START + 700, { checkpointAt: START + 600 });
    expect((await open({ admissionIds: [admissionId] })).refunds).toEqual([
      expect.objectContaining({ gpuSeconds: 800n, fromCheckpoint: true }),
    ]);
    expect(await charged(jobId)).toBe(4_800n);
    // As if it had been charged up to the checkpoint and no further: 4,800 GPU-seconds cost 1,667 fen, half of it paid by the grant.
    expect(await funds(tenant)).toEqual([800_000n - 834n, 100_000n - 833n]);
  });

  it.each(['cancelled', 'failed', 'timed-out', 'stopped'])(
    'refunds what ended as %s when a second operator confirms it only',
    async (kind) => {
      const tenant = await company();
      const { jobId, admissionId } = await failed(tenant.tenantId, START, START + 700, { kind });
      const before = await funds(tenant);
      const { refunds, decision, id } = await open({ admissionIds: [admissionId] });
      expect(refunds).toEqual([]);
      expect(decision).toMatchObject({ kind: 'incident-refund', state: 'pending', tenantId: tenant.tenantId });
      expect(decision?.summary).toContain(admissionId);
      expect(await funds(tenant)).toEqual(before);
      await expect(confirm(operator, decision?.id)).rejects.toMatchObject({ code: 'decision.same-person' });
      await confirm(colleague, decision?.id);
      expect((await incidents.get(database.transactions.reader, id)).refunds).toMatchObject([{ admissionId, gpuSeconds: 5_600n }]);
      expect(await charged(jobId)).toBe(0n);
    },
  );

  it('refunds of a node and a time only what the cluster was seen to fail, until a second operator confirms the rest', async () => {
    const tenant = await company();
    const taken = await failed(tenant.tenantId, START, START + 5_000, { node: 'gpu-9' });
    const crashed = await failed(tenant.tenantId, START, START + 5_001, { node: 'gpu-9', kind: 'failed' });
    const late = await failed(tenant.tenantId, START, START + 5_002, { node: 'gpu-9', reason: 'start-deadline' });
    const selection = { from: START + 4_000, until: START + 6_000, node: 'gpu-9' };
    const previewed = await incidents.preview(database.transactions.reader, selection);
    expect(new Map(previewed.map(({ admissionId, secondPerson }) => [admissionId, secondPerson]))).toEqual(
      new Map([
        [taken.admissionId, null],
        [crashed.admissionId, expect.stringContaining('its own program') as string],
        [late.admissionId, expect.stringContaining('did not begin in time') as string],
      ]),
    );
    const { refunds, decision } = await open(selection);
    expect(refunds.map(({ admissionId }) => admissionId)).toEqual([taken.admissionId]);
    expect(await charged(crashed.jobId)).toBe(40_008n);
    await confirm(colleague, decision?.id);
    expect([await charged(crashed.jobId), await charged(late.jobId)]).toEqual([0n, 0n]);
  });

  it('lets nobody decide it who belongs to one of the companies that it concerns, be it to reject it (P4)', async () => {
    const [first, second] = [await company(), await company()];
    const attempts = [await failed(first.tenantId, START, START + 700), await failed(second.tenantId, START, START + 701)];
    const { id, refunds } = await open({ admissionIds: attempts.map(({ admissionId }) => admissionId) });
    expect(refunds).toHaveLength(2);
    const decision = await reverse(id);
    await database.owner.query(`INSERT INTO member (company_id, user_id, role, since) VALUES ($1, $2, 'engineer', now())`, [
      second.tenantId,
      colleague.id,
    ]);
    const reject = () => database.transactions.run((tx) => decisions.reject(tx, colleague, decision, 'ours', instantOf(clock.now())));
    await expect(reject()).rejects.toMatchObject({ code: 'access.conflict-of-interest' });
    await expect(confirm(colleague, decision)).rejects.toMatchObject({ code: 'access.conflict-of-interest' });
    await database.owner.query(`DELETE FROM member WHERE user_id = $1`, [colleague.id]);
    expect(await reject()).toMatchObject({ state: 'rejected' });
  });

  it('charges a mistaken refund again to the fen when a second operator confirms it, and tells the job', async () => {
    const tenant = await company();
    const { jobId, admissionId } = await failed(tenant.tenantId, START, START + 701, { ticks: [START + 100, START + 401] });
    const before = await funds(tenant);
    const { id } = await open({ admissionIds: [admissionId] });
    const refunded = await funds(tenant);
    const decision = await reverse(id);
    expect(await funds(tenant)).toEqual(refunded);
    await expect(confirm(operator, decision)).rejects.toMatchObject({ code: 'decision.same-person' });
    await confirm(colleague, decision);
    expect(await funds(tenant)).toEqual(before);
    expect(await charged(jobId)).toBe(5_608n);
    const refunds = (await entriesOf(jobId)).filter(({ kind }) => kind === 'usage.refunded');
    const [given, taken] = [
      refunds.filter(({ reason }) => reason?.startsWith(`${id}: `)),
      refunds.filter(({ reason }) => reason?.startsWith(`${id} r`)),
    ];
    expect(new Set(taken.map(({ corrects }) => corrects))).toEqual(new Set(given.map((entry) => entry.id)));
    const [event] = await database.owner.query<{ kind: string; reason: string }[]>(
      `SELECT kind, reason FROM job_event WHERE job_id = $1 ORDER BY sequence DESC LIMIT 1`,
      [jobId],
    );
    expect(event).toEqual({ kind: 'refund-reversed', reason: 'it was another node' });
    await expect(reverse(id)).rejects.toMatchObject({ code: 'incident.refund-reversed', field: '/attempts' });
    expect((await open({ admissionIds: [admissionId] })).refunds).toMatchObject([{ admissionId, gpuSeconds: 5_608n }]);
    expect(await funds(tenant)).toEqual(refunded);
    expect(await unmeteredAdmissions(database.transactions.reader, boundary)).toEqual([]);
  });

  it('takes nothing back that the company has not got any more, and changes nothing then', async () => {
    const tenantId = await environment.company(100_000n);
    const { admissionId } = await failed(tenantId, START, START + 700);
    const { id } = await open({ admissionIds: [admissionId] });
    await failed(tenantId, START, START + 36_000);
    const decision = await reverse(id);
    const before = await environment.balance(accounts.walletAvailable(tenantId));
    await expect(confirm(colleague, decision)).rejects.toMatchObject({ code: 'funding.not-available' });
    expect(await environment.balance(accounts.walletAvailable(tenantId))).toBe(before);
    expect((await incidents.get(database.transactions.reader, id)).refunds).toMatchObject([{ reversedAt: null }]);
  });

  it('charges refunded seconds never again, whatever is reported later (M7)', async () => {
    const tenant = await company();
    const { jobId, admissionId, report } = await failed(tenant.tenantId, START, START + 700);
    await open({ admissionIds: [admissionId] });
    await database.transactions.run((tx) => environment.funding.meter(tx, [report], START + 900));
    expect(await charged(jobId)).toBe(0n);
    expect(await unmeteredAdmissions(database.transactions.reader, boundary)).toEqual([]);
  });

  it('proposes attempts that the platform failed, and finds those of a node and a time', async () => {
    const tenant = await company();
    const mine = await failed(tenant.tenantId, START, START + 5_000, { node: 'gpu-7' });
    const crashed = await failed(tenant.tenantId, START, START + 5_001, { node: 'gpu-7', kind: 'failed' });
    await failed(tenant.tenantId, START, START + 9_000, { node: 'gpu-7' });
    clock.moveTo(toDate(START + 10_000));
    const tx = database.transactions.reader;
    const proposed = (await incidents.candidates(tx)).map(({ admissionId }) => admissionId);
    expect(proposed).toContain(mine.admissionId);
    expect(proposed).not.toContain(crashed.admissionId);
    const found = await incidents.preview(tx, { from: START + 4_000, until: START + 6_000, node: 'gpu-7' });
    expect(found.map(({ admissionId, nodes }) => [admissionId, nodes])).toEqual([
      [mine.admissionId, ['gpu-7']],
      [crashed.admissionId, ['gpu-7']],
    ]);
    expect(await incidents.preview(tx, { from: START + 4_000, until: START + 6_000, node: 'gpu-8' })).toEqual([]);
  });

  it('credits usage of a closed month in the open one, which it names; both months reconcile (T3, M8)', async () => {
    const tenant = await company();
    const { jobId, admissionId } = await failed(tenant.tenantId, boundary - 600, boundary + 100, { ticks: [boundary] });
    clock.moveTo(toDate(boundary + 86_400));
    const october = environment.calendar.monthOf(boundary - 1);
    const november = environment.calendar.monthOf(boundary);
    await database.transactions.run((tx) => closing.close(tx, systemActor('finance'), october));
    const frozen = await documents.statement(database.transactions.reader, tenant.tenantId, october);
    await open({ admissionIds: [admissionId] });
    const refunds = (await entriesOf(jobId)).filter(({ kind }) => kind === 'usage.refunded');
    expect(refunds.map(({ effectiveAt, belongsTo }) => [environment.calendar.monthOf(effectiveAt), belongsTo])).toEqual([
      [november, undefined],
      [november, october],
    ]);
    const tx = database.transactions.reader;
    expect(await documents.statement(tx, tenant.tenantId, october)).toEqual(frozen);
    const { document } = await documents.statement(tx, tenant.tenantId, november);
    const movements = document.accounts.flatMap((account) => account.movements.map(({ kind }) => kind));
    expect(movements).toContain('usage.refunded');
    expect(document.totals.gpuSeconds).toBe(-4_800);
    expect(await reconcile(october)).toMatchObject({ agrees: true, lateGpuSeconds: 0n });
    expect(await reconcile(november)).toMatchObject({
      agrees: true,
      meteredGpuSeconds: 800n,
      refundedGpuSeconds: 800n,
      lateGpuSeconds: -4_800n,
    });
    // Made by mistake, and taken back in the month after: both belong to October and are posted in the open month.
    const december = environment.calendar.endOf(november);
    clock.moveTo(toDate(december + 86_400));
    await database.transactions.run((tx) => closing.close(tx, systemActor('finance'), november));
    const [refund] = await incidents.page(tx, { limit: 1 });
    await confirm(colleague, await reverse(refund?.id ?? ''));
    expect(await charged(jobId)).toBe(5_600n);
    const again = (await entriesOf(jobId)).filter(({ reason }) => reason?.startsWith(`${refund?.id ?? ''} r`) === true);
    expect(new Set(again.map(({ effectiveAt, belongsTo }) => `${environment.calendar.monthOf(effectiveAt)} ${belongsTo ?? ''}`))).toEqual(
      new Set([october, november].map((month) => `${environment.calendar.monthOf(december)} ${month}`)),
    );
    for (const month of [october, november, environment.calendar.monthOf(december)]) {
      expect(await reconcile(month)).toMatchObject({ month, agrees: true });
    }
  });
});
