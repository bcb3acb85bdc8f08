import { systemActor } from '#audit';
import type { Job } from '#jobs';
import { ConcurrencyLimitsService } from '#scheduling';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const administrator = systemActor('administrator');
const DAY = 86_400;

describe('how companies share the cluster', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({
      settings: { shieldedSeconds: 120 },
      cluster: { nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] },
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const limit = async (tenantId: string, maxGpus: number | null): Promise<void> =>
    await environment.database.transactions.run((tx) =>
      environment.get(ConcurrencyLimitsService).set(tx, administrator, tenantId, 'h800', { share: null, maxGpus }),
    );
  const share = async (tenantId: string, gpus: number | null): Promise<void> =>
    await environment.database.transactions.run((tx) =>
      environment.get(ConcurrencyLimitsService).set(tx, administrator, tenantId, 'h800', { share: gpus, maxGpus: null }),
    );
  /** GPU-seconds that a pod of the company ran `daysAgo`. */
  const ranBefore = async (tenantId: string, gpus: number, daysAgo: number): Promise<void> => {
    const id = `job_before_${tenantId}/1`;
    const at = new Date(environment.clock.now().getTime() - daysAgo * DAY * 1000);
    await environment.owner.query(
      `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, opened_at, closed_at)
       VALUES ($1, $1, $2, 'h800', 1250, true, $3, $3)`,
      [id, tenantId, at],
    );
    await environment.owner.query(
      `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
       VALUES ($1, $1, $1, $2, $3, $4::timestamptz - interval '1 hour', $4, $4, 'reported')`,
      [id, tenantId, gpus, at],
    );
  };

  it('keep to their concurrency limit, and get to know all that keeps a job waiting, and its place (S2, S6)', async () => {
    const tenantId = await environment.funds.company(100_000_000n);
    await limit(tenantId, 8);
    const first = await environment.submit(tenantId, '4m', { replicas: 1, gpusPerReplica: 4 });
    const second = await environment.submit(tenantId, '1m', { replicas: 2, gpusPerReplica: 8 });
    await environment.until(first, 'Running');
    const { waiting } = await environment.eventually(
      () => environment.job(second.id),
      (job) => job.waiting !== null,
    );
    expect(waiting).toMatchObject({
      reason: 'concurrency limit',
      detail: 'The company may use 8 GPUs of h800 at once and uses 4; this job needs 16.',
      place: 1,
      reasons: [
        { code: 'concurrency limit', facts: { limitGpus: 8, usedGpus: 4, neededGpus: 16 } },
        { code: 'capacity', detail: 'Needs 16 GPUs of h800 as 2 × 8; 12 are free: 8 on 1 node, 4 on 1 node.' },
      ],
    });
    // What the limit held back starts when it is lifted, and not before.
    expect((await environment.job(second.id)).state).toBe('Queued');
    await limit(tenantId, null);
    await environment.until(second, 'Succeeded');
    await environment.until(first, 'Succeeded');
  });

  it('get to know that a job which waits for a limit and for GPUs lacks funds too, until money arrives (S6)', async () => {
    const [busy, poor] = [await environment.funds.company(100_000_000n), await environment.funds.company(100n)];
    await limit(poor, 8);
    const blocker = await environment.submit(busy, '20m', { replicas: 1, gpusPerReplica: 4 });
    await environment.until(blocker, 'Running');
    const job = await environment.submit(poor, '1m', { replicas: 2, gpusPerReplica: 8 });
    const codes = (known: Job): string[] => (known.waiting?.reasons ?? []).map(({ code }) => code);
    const { waiting } = await environment.untilJob(job, (known) => codes(known).length === 3);
    expect(waiting).toMatchObject({
      reason: 'concurrency limit',
      reasons: [
        { code: 'concurrency limit' },
        {
          code: 'funds',
          detail: expect.stringContaining('its grants and wallet can hold 0.08') as string,
          remedy: expect.stringContaining('Top up the wallet') as string,
        },
        { code: 'capacity' },
      ],
    });
    const at = Math.floor(environment.clock.now().getTime() / 1_000);
    const input = { tenantId: poor, amount: 1_000_000n, reference: 'bank transfer', key: 'of the poor company' };
    await environment.database.transactions.run((tx) => environment.funds.wallets.topUp(tx, engineer, input, at));
    const funded = await environment.untilJob(job, (known) => codes(known).length === 2);
    expect(codes(funded)).toEqual(['concurrency limit', 'capacity']);
    for (const { id } of [job, blocker]) await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, id));
    await environment.until(blocker, 'Cancelled');
  });

  it('get back their share from who borrowed it: gracefully, after its shielded time, and it waits again (S2, S5)', async () => {
    const [borrower, owner] = [await environment.funds.company(100_000_000n), await environment.funds.company(100_000_000n)];
    await share(owner, 8);
    const [older, newer] = [
      await environment.submit(borrower, '5m', { replicas: 1, gpusPerReplica: 8 }),
      await environment.submit(borrower, '5m', { replicas: 1, gpusPerReplica: 8 }),
    ];
    await environment.until(older, 'Running');
    await environment.until(newer, 'Running');
    const claiming = await environment.submit(owner, '1m', { replicas: 1, gpusPerReplica: 8 });
    await environment.advance(60);
    expect((await environment.job(claiming.id)).state).toBe('Queued');
    await environment.until(claiming, 'Running');
    const states = await Promise.all([older, newer].map(async ({ id }) => (await environment.job(id)).state));
    expect(states.filter((state) => state === 'Running')).toHaveLength(1);
    const stopped = await environment.job(states[0] === 'Running' ? newer.id : older.id);
    expect(stopped).toMatchObject({ state: 'Queued', attempt: 1 });
    await environment.until(claiming, 'Succeeded');
    expect((await environment.until(stopped, 'Running')).attempt).toBe(2);
    await environment.until(older, 'Succeeded');
    await environment.until(newer, 'Succeeded');
    await share(owner, null);
  });

  it('do not get back their share for a job whose funds cannot be held (S2, F5)', async () => {
    const [borrower, owner] = [await environment.funds.company(100_000_000n), await environment.funds.company(1n)];
    await share(owner, 8);
    const running = await environment.submit(borrower, '5m', { replicas: 2, gpusPerReplica: 8 });
    await environment.until(running, 'Running');
    await environment.advance(150);
    const claiming = await environment.submit(owner, '1m', { replicas: 1, gpusPerReplica: 8 });
    await environment.advance(30);
    expect(await environment.job(running.id)).toMatchObject({ state: 'Running', attempt: 1 });
    expect(await environment.job(claiming.id)).toMatchObject({ state: 'Queued', waiting: { reason: 'funds' } });
    expect((await environment.until(running, 'Succeeded', 'Suspended')).state).toBe('Succeeded');
    await share(owner, null);
  });

  it('find each pod of a gang on the node counted for it, and so room for the next (S2, S4)', async () => {
    const tenantId = await environment.funds.company(100_000_000n);
    const submit = async (replicas: number, gpusPerReplica: number, runTime: string) => {
      const job = await environment.submit(tenantId, runTime, { replicas, gpusPerReplica });
      const { placement } = await environment.until(job, 'Running');
      const nodes = new Map(environment.podsOf(job).map(({ name, node }) => [Number(name.split('-').at(-2)), node]));
      expect((placement ?? []).map((_, index) => nodes.get(index))).toEqual(placement);
      return { job, nodes: new Set(placement) };
    };
    // By itself the cluster would put the whole gang on the empty node, where the third job is to go.
    const first = await submit(1, 5, '3m');
    const gang = await submit(2, 3, '3m');
    expect(gang.nodes.size).toBe(2);
    const third = await submit(1, 5, '1m');
    for (const { job } of [first, gang, third]) expect((await environment.until(job, 'Succeeded', 'Failed')).state).toBe('Succeeded');
  });

  it('take turns by what they used lately, decayed by half in seven days, before first come (S1)', async () => {
    const [heavy, former, light] = [
      await environment.funds.company(100_000_000n),
      await environment.funds.company(100_000_000n),
      await environment.funds.company(100_000_000n),
    ];
    await ranBefore(heavy, 8, 1);
    // Twice as much, two half-lives earlier: half of what the heavy one counts.
    await ranBefore(former, 16, 15);
    const blocker = await environment.submit(await environment.funds.company(100_000_000n), '3m', { replicas: 2, gpusPerReplica: 8 });
    await environment.until(blocker, 'Running');
    const submitted = [];
    for (const tenantId of [heavy, former, light]) {
      submitted.push(await environment.submit(tenantId, '30s', { replicas: 2, gpusPerReplica: 8 }));
    }
    const ended = [];
    for (const job of submitted) ended.push(await environment.until(job, 'Succeeded'));
    const order = [...ended].sort((a, b) => a.admittedAt!.getTime() - b.admittedAt!.getTime()).map(({ tenantId }) => tenantId);
    expect(order).toEqual([light, former, heavy]);
  });
});
