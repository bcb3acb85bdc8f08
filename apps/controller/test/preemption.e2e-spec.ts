import { setTimeout as sleep } from 'node:timers/promises';
import { JobNotesService, StopsForOthersService } from '#jobs';
import { MetricsService } from '#monitoring';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

describe('preemptible jobs (S5)', () => {
  let environment: ManualTestEnvironment;
  let [modest, urgent] = ['', ''];
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({
      settings: { shieldedSeconds: 60, publicationSeconds: 1 },
      cluster: { nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] },
    });
    [modest, urgent] = [await environment.funds.company(100_000_000n), await environment.funds.company(100_000_000n)];
  });
  afterAll(async () => {
    await environment.stop();
  });

  const oneNode = { replicas: 1, gpusPerReplica: 8 };
  const low = async (runTime: string) => await environment.submit(modest, runTime, { ...oneNode, priority: 'low' });

  it('are stopped for others after their shielded time, pay to the second, keep their place, and run again', async () => {
    const [first, second] = [await low('3m'), await low('3m')];
    await environment.until(first, 'Running');
    await environment.until(second, 'Running');
    await environment.advance(20);
    const notes = environment.get(JobNotesService);
    await environment.database.transactions.run((tx) => notes.markCheckpoint(tx, engineer, second.id));
    const waiting = await environment.submit(urgent, '30s', oneNode);
    await environment.advance(20);
    expect(await environment.job(waiting.id)).toMatchObject({ state: 'Queued', waiting: { reason: 'capacity' } });
    await environment.until(second, 'Suspending');
    await environment.advance(0);
    const { reasons = [] } = (await environment.job(waiting.id)).waiting ?? {};
    expect(reasons).toMatchObject([{ code: 'capacity', facts: { beingFreed: true } }]);
    expect(reasons[0]?.remedy).toContain('GPUs are being freed for it');
    await environment.until(waiting, 'Running');
    // The second one had marked a checkpoint, so less of it is lost.
    expect(await environment.job(first.id)).toMatchObject({ state: 'Running', attempt: 1 });
    const preempted = await environment.job(second.id);
    expect(preempted).toMatchObject({ state: 'Queued', attempt: 1, queuedAt: second.queuedAt });
    expect(await environment.charged(second)).toBe(environment.trulyRun(second));
    const events = await environment.events(second.id);
    expect(events.map(({ kind, reason }) => ({ kind, reason })).slice(-3)).toEqual([
      { kind: 'stop-requested', reason: 'preempted' },
      { kind: 'stopped', reason: 'preempted' },
      { kind: 'resumed', reason: 'waits for GPUs again' },
    ]);
    expect(JSON.stringify(events)).not.toContain(urgent);
    const stopsOf = async ({ id }: { readonly id: string }) =>
      await environment.get(StopsForOthersService).of(environment.database.transactions.reader, await environment.job(id));
    const asked = events.find(({ kind }) => kind === 'stop-requested')?.data?.['lostGpuSeconds'];
    expect(asked).toBeGreaterThan(0);
    expect(await stopsOf(second)).toEqual({ times: 1, lostGpuSeconds: BigInt(Number(asked)) });
    expect(await stopsOf(first)).toBeUndefined();
    const metrics = await environment.get(MetricsService).render();
    expect(metrics).toContain('speedspace_stops_for_others_total{reason="preempted"} 1\n');
    expect(metrics).toContain(`speedspace_stops_for_others_lost_gpu_seconds_total{reason="preempted"} ${Number(asked)}\n`);
    await environment.until(waiting, 'Succeeded');
    expect((await environment.until(second, 'Running')).attempt).toBe(2);
    for (const job of [first, second]) {
      await environment.until(job, 'Succeeded');
      expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    }
  });

  it('are not stopped for a job whose funds cannot be held (F5), nor for another preemptible one', async () => {
    const running = [await low('3m'), await low('3m')];
    for (const job of running) await environment.until(job, 'Running');
    await environment.advance(65);
    const poor = await environment.submit(await environment.funds.company(1n), '1m', oneNode);
    const alike = await environment.submit(urgent, '1m', { ...oneNode, priority: 'low' });
    await environment.advance(20);
    expect(await environment.job(poor.id)).toMatchObject({ state: 'Queued', waiting: { reason: 'funds' } });
    expect(await environment.job(alike.id)).toMatchObject({ state: 'Queued', waiting: { reason: 'capacity' } });
    for (const job of running)
      expect(await environment.until(job, 'Succeeded', 'Suspended')).toMatchObject({ state: 'Succeeded', attempt: 1 });
  });

  it('are stopped for others although the queue cannot be published', async () => {
    const running = [await low('3m'), await low('3m')];
    for (const job of running) await environment.until(job, 'Running');
    await environment.advance(65);
    await environment.owner.query('ALTER TABLE published_schedule RENAME TO schedule_elsewhere');
    try {
      await environment.without(['admission'], async () => {
        const failedTurn = async () => await environment.turn('admission').then(() => undefined, String);
        const deadline = performance.now() + 30_000;
        let failure = await failedTurn();
        // A publication that failed is due again in the next turn.
        while (failure === undefined && performance.now() < deadline) {
          await sleep(100);
          failure = await failedTurn();
        }
        expect(failure).toContain('published_schedule');
        await environment.submit(urgent, '30s', oneNode);
        expect(await failedTurn()).toContain('published_schedule');
      });
    } finally {
      await environment.owner.query('ALTER TABLE schedule_elsewhere RENAME TO published_schedule');
    }
    const states = await Promise.all(running.map(async (job) => (await environment.job(job.id)).state));
    expect(states.toSorted()).toEqual(['Running', 'Suspending']);
  });
});
