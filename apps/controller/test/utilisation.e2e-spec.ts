import { UtilisationService } from '#insight';
import { type Instant, instantOf } from '#kernel';
import { ManualTestEnvironment, TURNS_OF_JOBS } from './manual-test-environment.ts';

const DAY = 86_400;

describe('the history of utilisation', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ settings: { utilisationSampleDays: 2, utilisationHourDays: 3 } });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const history = (resolution: 'sample' | 'hour' | 'day', companyId?: string, from?: Instant) => {
    const now = instantOf(environment.clock.now());
    const asked = { resolution, until: now + 1, ...(companyId !== undefined && { companyId }), ...(from !== undefined && { from }) };
    return environment.database.transactions.run((tx) => environment.get(UtilisationService).history(tx, asked, now));
  };

  it('keeps samples of who holds and who waits, each once, and sums them up to hours and days', async () => {
    const [first, second] = [await environment.funds.company(1_000_000n), await environment.funds.company(10_000_000n)];
    const running = await environment.submit(first, '29m');
    await environment.until(running, 'Running');
    await environment.submit(second, '20m', { replicas: 4, gpusPerReplica: 8 });
    await environment.advance(60);
    await environment.turn('utilisation');
    await environment.turn('utilisation');
    const { points, companies } = await history('sample');
    expect(points).toMatchObject([
      { gpuClass: 'h800', gpus: 32, ready: 32, allocated: 8, queuedJobs: 1, queuedGpus: 32, mostAllocated: 8, mostQueuedGpus: 32 },
    ]);
    expect(points[0]?.longestWaitSeconds).toBeGreaterThanOrEqual(60);
    expect(companies.map(({ companyId, allocated, queuedGpus }) => [companyId, allocated, queuedGpus])).toEqual([
      [first, 8, 0],
      [second, 0, 32],
    ]);
    await environment.advance(300);
    await environment.turn('utilisation');
    expect((await history('sample')).points).toHaveLength(2);
    for (const resolution of ['hour', 'day'] as const) {
      expect((await history(resolution, undefined, instantOf(environment.clock.now()) - DAY)).points).toMatchObject([
        { gpus: 32, allocated: 8, queuedJobs: 1, queuedGpus: 32 },
      ]);
    }
    // A company's share has nothing of the others, and none of the park's figures.
    const share = await history('sample', second);
    expect(share.points).toMatchObject([
      { allocated: 0, queuedJobs: 1, queuedGpus: 32 },
      { allocated: 0, queuedJobs: 1, queuedGpus: 32 },
    ]);
    expect([share.companies, share.points[0]?.gpus]).toEqual([[], undefined]);
  });

  it('deletes samples and hours that are older than they are kept, and keeps the days', async () => {
    const from = instantOf(environment.clock.now()) - DAY;
    await environment.without([...TURNS_OF_JOBS], () => environment.leap(4 * DAY));
    await environment.turn('clean-up');
    expect((await history('sample', undefined, instantOf(environment.clock.now()) - 7 * DAY)).points).toEqual([]);
    expect((await history('hour', undefined, from)).points).toEqual([]);
    expect((await history('day', undefined, from)).points).toHaveLength(1);
  });
});
