import { AuditService, systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { ManualClock } from '#kernel';
import { SecretsService } from '#secrets';
import { CompaniesService } from '#tenancy';
import { someCompany } from '#tenancy/testing';
import type { Actor } from '#audit';
import { FundingCheck } from './funding-check.ts';
import type { Job } from './job.ts';
import { JobAcceptanceService } from './job-acceptance.service.ts';
import { JobSettings } from './job-settings.ts';
import { JobNotesService } from './job-notes.service.ts';
import { JobsService } from './jobs.service.ts';
import { someJobSpec } from './testing/index.ts';

const engineer: Actor = { kind: 'user', id: 'user_wei', name: 'Wei' };
const controller = systemActor('controller');

/** Funds for class h800 only, and for whoever pays himself. */
class SomeFunds extends FundingCheck {
  override canEverFund(_tx: Tx, job: { gpuClass: string; selfPay: boolean }): Promise<boolean> {
    return Promise.resolve(job.gpuClass === 'h800' || job.selfPay);
  }
}

describe('jobs', () => {
  let database: TestDatabase;
  let tenantId: string;
  const clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  const audit = new AuditService(clock);
  const companies = new CompaniesService(audit, clock);
  const catalog = new CatalogService(audit);
  const settings = new JobSettings({ allowedImages: ['registry.park.example/*'], pinnedImages: ['registry.park.example/reviewed/*'] });
  const jobs = new JobsService(
    new JobAcceptanceService(catalog, companies, new SomeFunds(), new SecretsService(audit, clock), clock, settings),
    companies,
    audit,
    clock,
  );
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.transactions.run(work);
  const submit = (change: Parameters<typeof someJobSpec>[0] = {}): Promise<Job> =>
    run((tx) => jobs.submit(tx, engineer, tenantId, someJobSpec(change)));
  const written = async (): Promise<unknown> => (await database.owner.query<{ n: bigint }[]>('SELECT count(*) AS n FROM job'))[0]?.n;

  beforeAll(async () => {
    database = await TestDatabase.create();
    await run(async (tx) => {
      tenantId = (await someCompany(tx, { slug: 'jiding' }, clock)).id;
      await catalog.addClass(tx, controller, { code: 'h800', gpusPerNode: 8 });
      await catalog.addClass(tx, controller, { code: 'a100', gpusPerNode: 4 });
      await catalog.addClass(tx, controller, { code: 'v100', active: false });
    });
  });
  afterAll(async () => {
    await database.drop();
  });

  it('queues a job and remembers who asked for what', async () => {
    const job = await submit({ name: 'first', replicas: 2, gpusPerReplica: 8 });
    expect(await run((tx) => jobs.get(tx, job.id, tenantId))).toEqual(job);
    expect(job).toMatchObject({ state: 'Queued', attempt: 0, submittedBy: 'user_wei', gpuClass: 'h800', replicas: 2 });
    expect(await run((tx) => jobs.events(tx, job.id))).toMatchObject([
      { sequence: 1, kind: 'submitted', fromState: null, toState: 'Queued', actor: { id: 'user_wei' } },
    ]);
  });

  it.each([
    ['an unknown class', { gpuClass: 'b200' }, 'job.unknown-class', '/spec/gpuClass'],
    ['a class out of service', { gpuClass: 'v100', selfPay: true }, 'job.class-inactive', '/spec/gpuClass'],
    ['more GPUs than a node has', { gpusPerReplica: 9 }, 'job.shape-too-large', '/spec/gpusPerReplica'],
    ['an image from elsewhere', { image: 'docker.io/evil/miner:1' }, 'job.image-not-allowed', '/spec/image'],
    [
      'a kind of domain that there is not',
      { topology: { key: 'row', mode: 'prefer' as const } },
      'job.unknown-topology',
      '/spec/topology/key',
    ],
    ['a tag where a digest is asked for', { image: 'registry.park.example/reviewed/train:1' }, 'job.image-not-pinned', '/spec/image'],
    ['no funding', { gpuClass: 'a100' }, 'job.no-funding', '/spec/selfPay'],
  ])('refuses %s at once and writes nothing (J3)', async (_what, change, code, field) => {
    const before = await written();
    await expect(submit(change)).rejects.toMatchObject({ code, field });
    expect(await written()).toBe(before);
  });

  it('refuses a gang that the whole cluster could not hold (J3)', async () => {
    const node = { gpus: 8, cpuMillis: 64_000, memoryBytes: 512 * 2 ** 30 };
    const asked = (change: Parameters<typeof someJobSpec>[0]) =>
      run((tx) => jobs.submit(tx, engineer, tenantId, someJobSpec(change), { nodesOf: () => Promise.resolve([node, node]) }));
    await expect(asked({ replicas: 3, gpusPerReplica: 8 })).rejects.toMatchObject({ code: 'job.shape-too-large', field: '/spec/replicas' });
    await expect(asked({ cpuMillis: 65_000 })).rejects.toMatchObject({ code: 'job.shape-too-large', field: '/spec/cpu' });
    await expect(asked({ replicas: 4, gpusPerReplica: 4 })).resolves.toMatchObject({ state: 'Queued' });
  });

  it('counts what the RuntimeClass of the class adds to each pod (J3)', async () => {
    const podOverhead = { cpuMillis: 2_000, memoryBytes: 2 ** 30 };
    const node = { gpus: 8, cpuMillis: 64_000, memoryBytes: 512 * 2 ** 30, podOverhead };
    const asked = (change: Parameters<typeof someJobSpec>[0]) =>
      run((tx) => jobs.submit(tx, engineer, tenantId, someJobSpec(change), { nodesOf: () => Promise.resolve([node, node]) }));
    const refusal = { code: 'job.shape-too-large', field: '/spec/cpu' };
    await expect(asked({ cpuMillis: 63_000 })).rejects.toMatchObject(refusal);
    await expect(asked({ cpuMillis: 63_000 })).rejects.toThrow('(the RuntimeClass of the class adds its overhead to each pod)');
    await expect(asked({ cpuMillis: 62_000 })).resolves.toMatchObject({ state: 'Queued' });
    const pairs = { replicas: 4, gpusPerReplica: 4 };
    await expect(asked({ ...pairs, cpuMillis: 31_000 })).rejects.toMatchObject({ ...refusal, field: '/spec/replicas' });
    await expect(asked({ ...pairs, cpuMillis: 30_000 })).resolves.toMatchObject({ state: 'Queued' });
  });

  it('takes no job of a suspended company', async () => {
    const other = await run((tx) => someCompany(tx, {}, clock));
    await run((tx) => companies.setStatus(tx, controller, other.id, { status: 'suspended', reason: 'invoice open' }, other.version));
    await expect(run((tx) => jobs.submit(tx, engineer, other.id, someJobSpec()))).rejects.toMatchObject({ code: 'company.suspended' });
  });

  it('answers the same submission with the same job, also when two come at once', async () => {
    const again = () => run((tx) => jobs.submit(tx, engineer, tenantId, someJobSpec({ name: 'once' }), { clientKey: 'key-1' }));
    const [one, two] = await Promise.all([again(), again()]);
    expect(two.id).toBe(one.id);
    await expect(
      run((tx) => jobs.submit(tx, engineer, tenantId, someJobSpec({ name: 'other' }), { clientKey: 'key-1' })),
    ).rejects.toMatchObject({ code: 'job.key-reused' });
  });

  it('hides the jobs of others', async () => {
    const job = await submit();
    const hidden = { code: 'job.unknown', kind: 'not-found' };
    await expect(run((tx) => jobs.get(tx, job.id, 'company_other'))).rejects.toMatchObject(hidden);
    await expect(run((tx) => jobs.cancel(tx, engineer, job.id, 'company_other'))).rejects.toMatchObject(hidden);
  });

  it('pages through a list, newest first, by its filters', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.unshift((await submit({ name: `page-${n}` })).id);
    const first = await run((tx) => jobs.list(tx, { tenantId, name: 'page-', limit: 3 }));
    const second = await run((tx) => jobs.list(tx, { tenantId, name: 'page-', limit: 3, cursor: first.nextCursor! }));
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBeNull();
    expect((await run((tx) => jobs.list(tx, { tenantId, name: 'page-', states: ['Running'], limit: 3 }))).jobs).toEqual([]);
  });

  it('goes through its life with one event a step, and a new attempt at each admission', async () => {
    const { id } = await submit();
    const at = (minute: number) => new Date(Date.UTC(2026, 9, 1, 0, minute));
    const steps = [
      { kind: 'admitted', at: at(1), placement: ['gpu-1'] },
      { kind: 'created', at: at(2) },
      { kind: 'started', at: at(3) },
      { kind: 'stop-requested', at: at(4), reason: 'funds exhausted' },
      { kind: 'stopped', at: at(5), exit: { reason: 'funds exhausted', detail: 'The grant is used up.', exitCode: 143 } },
    ] as const;
    for (const step of steps) await run((tx) => jobs.apply(tx, id, step, controller));
    expect(await run((tx) => jobs.get(tx, id))).toMatchObject({
      state: 'Suspended',
      attempt: 1,
      placement: ['gpu-1'],
      admittedAt: at(1),
      startedAt: at(3),
      stopReason: 'funds exhausted',
      endedAt: at(5),
      exit: { reason: 'funds exhausted', exitCode: 143 },
    });
    await run((tx) => jobs.resume(tx, engineer, id, tenantId));
    const again = await run((tx) => jobs.apply(tx, id, { kind: 'admitted' }, controller));
    expect(again).toMatchObject({ state: 'Admitted', attempt: 2, exit: null, stopReason: null, startedAt: null });
    const events = await run((tx) => jobs.events(tx, id, 4));
    expect(events.map(({ sequence, kind, toState, reason }) => [sequence, kind, toState, reason])).toEqual([
      [5, 'stop-requested', 'Suspending', 'funds exhausted'],
      [6, 'stopped', 'Suspended', 'funds exhausted'],
      [7, 'resumed', 'Queued', null],
      [8, 'admitted', 'Admitted', null],
    ]);
  });

  it('admits once when two try', async () => {
    const { id } = await submit();
    const both = await Promise.allSettled([1, 2].map(() => run((tx) => jobs.apply(tx, id, { kind: 'admitted' }, controller))));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await run((tx) => jobs.get(tx, id))).toMatchObject({ attempt: 1 });
  });

  it('lets things happen to many jobs at once, each with the next event of its own, and leaves alone whom it is told to (J1)', async () => {
    const [a, b, c] = [await submit(), await submit(), await submit()];
    const ids = [a.id, b.id, c.id];
    const placement = ['gpu-1'];
    const transitionOf = ({ id }: Job) => (id === c.id ? undefined : ({ kind: 'admitted', placement, data: { of: id } } as const));
    const changed = await run((tx) => jobs.applyAll(tx, ids, transitionOf, controller));
    expect(changed.map(({ id, state, attempt }) => ({ id, state, attempt }))).toEqual(
      [a, b].map(({ id }) => ({ id, state: 'Admitted', attempt: 1 })),
    );
    for (const job of changed) expect(await run((tx) => jobs.get(tx, job.id))).toEqual(job);
    expect(await run((tx) => jobs.get(tx, c.id))).toEqual(c);
    expect(await run((tx) => jobs.events(tx, b.id, 1))).toMatchObject([
      { sequence: 2, kind: 'admitted', fromState: 'Queued', toState: 'Admitted', attempt: 1, data: { of: b.id } },
    ]);
    // One that may not changes none.
    await expect(run((tx) => jobs.applyAll(tx, ids, () => ({ kind: 'created' }), controller))).rejects.toThrow('job.transition-refused');
    expect((await run((tx) => jobs.many(tx, ids))).map(({ state }) => state).sort()).toEqual(['Admitted', 'Admitted', 'Queued']);
  });

  it('knows which active attempts run as they should, and which want something', async () => {
    const [steady, cancelled, late] = [await submit(), await submit(), await submit({ maxRuntimeSeconds: 60 })];
    const ids = [steady.id, cancelled.id, late.id];
    for (const kind of ['admitted', 'started'] as const) await run((tx) => jobs.applyAll(tx, ids, () => ({ kind }), controller));
    await run((tx) => jobs.cancel(tx, engineer, cancelled.id));
    const attempts = await run((tx) => jobs.activeAttempts(tx, new Date(clock.now().getTime() + 61_000)));
    const known = new Map(attempts.map((attempt) => [attempt.jobId, attempt]));
    expect(ids.map((id) => known.get(id))).toMatchObject([
      { attempt: 1, steady: true },
      { attempt: 1, steady: false },
      { attempt: 1, steady: false },
    ]);
  });

  it('cancels at once what has no pods, and keeps the wish for what has', async () => {
    const queued = await submit();
    expect(await run((tx) => jobs.cancel(tx, engineer, queued.id, tenantId))).toMatchObject({ state: 'Cancelled', endedAt: clock.now() });

    const running = await submit();
    for (const kind of ['admitted', 'started'] as const) await run((tx) => jobs.apply(tx, running.id, { kind }, controller));
    await run((tx) => jobs.cancel(tx, engineer, running.id, tenantId));
    const asked = await run((tx) => jobs.cancel(tx, engineer, running.id, tenantId));
    expect(asked).toMatchObject({ state: 'Running', cancelRequestedAt: clock.now() });
    await expect(run((tx) => jobs.apply(tx, running.id, { kind: 'rolled-back' }, controller))).rejects.toThrow('job.transition-refused');
    expect(await run((tx) => jobs.apply(tx, running.id, { kind: 'cancelled' }, controller))).toMatchObject({ state: 'Cancelled' });
    expect((await run((tx) => jobs.events(tx, running.id))).filter(({ kind }) => kind === 'cancel-requested')).toHaveLength(1);
  });

  it('has ends that not even a stray statement undoes, and events that nobody rewrites', async () => {
    const { id } = await submit();
    await run((tx) => jobs.cancel(tx, engineer, id));
    await expect(database.dataSource.query(`UPDATE job SET state = 'Queued' WHERE id = $1`, [id])).rejects.toThrow('stays so');
    await expect(database.dataSource.query(`UPDATE job_event SET reason = 'x' WHERE job_id = $1`, [id])).rejects.toThrow(
      'permission denied',
    );
  });

  it('explains waiting and foreseen ends set-wise', async () => {
    const [a, b] = [await submit(), await submit()];
    await run((tx) => jobs.apply(tx, b.id, { kind: 'admitted' }, controller));
    const waiting = {
      reason: 'capacity',
      detail: 'Waits for 8 GPUs.',
      expectedStart: '2026-10-01T01:00:00Z',
      jobsAhead: null,
      place: 1,
      reasons: [],
    };
    await run((tx) =>
      jobs.explainWaiting(
        tx,
        [a, b].map(({ id }) => ({ jobId: id, ...waiting })),
      ),
    );
    const at = new Date('2026-10-01T02:00:00Z');
    const running = await run(async (tx) => {
      await jobs.apply(tx, b.id, { kind: 'started' }, controller);
      return await jobs.get(tx, b.id);
    });
    const notes = new JobNotesService(jobs, clock);
    await run((tx) => notes.forecastExhaustion(tx, [{ job: running, at, distances: [86_400, 3_600] }], controller));
    const warned = await run((tx) => jobs.get(tx, b.id));
    await run((tx) => notes.forecastExhaustion(tx, [{ job: warned, at, distances: [86_400, 3_600] }], controller));
    const warnings = (await run((tx) => jobs.events(tx, b.id))).filter(({ kind }) => kind === 'funds-warning');
    expect(warnings).toMatchObject([
      { fromState: 'Running', toState: 'Running', attempt: 1, data: { exhaustsAt: '2026-10-01T02:00:00Z' } },
    ]);
    expect(await run((tx) => jobs.get(tx, a.id))).toMatchObject({ waiting, exhaustsAt: null });
    expect(await run((tx) => jobs.get(tx, b.id))).toMatchObject({ waiting: null, exhaustsAt: at });
    expect((await run((tx) => jobs.queue(tx))).map(({ id }) => id)).toContain(a.id);
    expect((await run((tx) => jobs.active(tx))).map(({ id }) => id)).toContain(b.id);
  });
});
