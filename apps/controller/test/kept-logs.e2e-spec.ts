import { KeptLogsService, type KeptLog, PodEventsService } from '#pod-history';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const SIM = 'sim.speedspace.io/';
const MIB = 1024 * 1024;

describe('the logs of pods that have ended', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({
      cluster: { nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] },
      settings: { keptLogMib: 1, logTimeoutSeconds: 20 },
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const kept = (job: { id: string }): Promise<KeptLog[]> =>
    environment.get(KeptLogsService).list(environment.database.transactions.reader, job.id);
  const linesOf = async (log: KeptLog): Promise<string[]> => {
    const texts: string[] = [];
    for await (const { text } of (await environment.get(KeptLogsService).open(log))({})) texts.push(text);
    return texts;
  };
  /** Waits in real time for what is read beside the turns, and lets turns be taken meanwhile. */
  const keptInTime = (job: { id: string }, count: number): Promise<KeptLog[]> =>
    environment.waitFor(
      `${count} kept logs`,
      () => kept(job),
      (logs) => logs.length === count,
    );

  it('are kept of each replica and attempt before the pod is released, those of stopped pods too', async () => {
    const log = { [`${SIM}log`]: 'rank $(NODE_RANK) begins\n+5s loss 1.9', [`${SIM}on-sigterm`]: 'exit-after=1s,exit-code=0' };
    const job = await environment.submit(await environment.funds.company(10_000_000n), '10m', {}, log);
    await environment.until(job, 'Running');
    await environment.advance(10);
    await environment.database.transactions.run((tx) => environment.jobs.suspend(tx, engineer, job.id));
    await environment.until(job, 'Suspended');
    const logs = await keptInTime(job, 2);
    expect(logs.map(({ attempt, replica, isCut, failure }) => [attempt, replica, isCut, failure])).toEqual([
      [1, 0, false, null],
      [1, 1, false, null],
    ]);
    expect(await linesOf(logs[1]!)).toEqual(['rank 1 begins', 'loss 1.9']);
    await environment.waitFor(
      'the pods to go',
      () => Promise.resolve(environment.podsOf(job).filter(({ endedAt }) => endedAt === undefined)),
      (pods) => pods.length === 0,
    );
  });

  it('that cannot be read hold up neither the end of the job nor the pod, and the job says so', async () => {
    const fault = environment.cluster.faults.rules.add({ verb: 'get', resource: 'pods', effect: { kind: 'status', code: 500 } });
    try {
      const job = await environment.submit(await environment.funds.company(10_000_000n), '5s', { replicas: 1 });
      expect(await environment.until(job, 'Succeeded')).toMatchObject({ exit: { reason: 'completed' } });
      expect(await environment.charged(job)).toBe(20n);
      const [log] = await keptInTime(job, 1);
      expect(log).toMatchObject({ lines: 0, failure: expect.stringContaining('500') as string });
      const events = await environment.get(PodEventsService).list(environment.database.transactions.reader, job.id);
      expect(events.map(({ explained }) => explained.code)).toContain('log-not-kept');
    } finally {
      environment.cluster.faults.rules.remove(fault);
    }
  });

  it('of a gigabyte are kept by their end, while the job of another company starts and ends', async () => {
    const line = 'x'.repeat(16_000);
    const long = await environment.submit(
      await environment.funds.company(10_000_000n),
      '30s',
      { replicas: 1 },
      { [`${SIM}log`]: `*67000/10s step # ${line}\n+20s the last line` },
    );
    await environment.until(long, 'Succeeded');
    const other = await environment.submit(await environment.funds.company(10_000_000n), '5s', { replicas: 1 });
    await environment.until(other, 'Succeeded');
    const [log] = await keptInTime(long, 1);
    expect(log).toMatchObject({ isCut: true, failure: null });
    expect(Number(log!.bytes)).toBeLessThanOrEqual(MIB);
    expect((await linesOf(log!)).at(-1)).toBe('the last line');
  });
});
