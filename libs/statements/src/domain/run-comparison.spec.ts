import type { PodRun } from '#cluster';
import type { MeteredRun } from '#metering';
import { compareRuns, type ReportedRuns } from './run-comparison.ts';

const SPAN = { from: 1_000, until: 10_000 };
const NOW = 20_000;
const run = (change: Partial<PodRun> = {}): PodRun => ({
  podUid: 'p',
  jobId: 'job_1',
  gpus: 8,
  startedAt: 2_000,
  endedAt: 2_100,
  ...change,
});
const known = (change: Partial<MeteredRun> = {}): Map<string, MeteredRun> => {
  const base = { podUid: 'p', jobId: 'job_1', tenantId: 't', gpus: 8, startedAt: 2_000, endedAt: 2_100, lost: false, openSeconds: 110 };
  return new Map([['p', { ...base, ...change }]]);
};
const compare = (reported: PodRun, metered: Map<string, MeteredRun>, source: ReportedRuns['source'] = 'record') =>
  compareRuns({ source, runs: [reported] }, metered, SPAN, NOW);

describe('metered usage beside what the cluster tells of it', () => {
  it('agrees where both tell the same, within the month only', () => {
    const long = { startedAt: 900, endedAt: 11_000 };
    expect(compare(run(long), known(long), 'pods')).toEqual({
      ...{ source: 'pods', pods: 1, clusterGpuSeconds: 72_000n, meteredGpuSeconds: 72_000n, differences: [], agrees: true },
    });
  });

  it.each([
    ['metered-short', known({ endedAt: 2_060 }), 480n],
    ['metered-long', known({ endedAt: 2_160 }), 1_280n],
    ['metered-short', known({ gpus: 4 }), 400n],
    ['not-metered', new Map<string, MeteredRun>(), 0n],
    ['not-metered', known({ jobId: 'job_0' }), 0n],
  ])('differs: %s', (reason, metered, meteredGpuSeconds) => {
    const found = compare(run(), metered);
    expect(found).toMatchObject({ agrees: false, pods: 1, clusterGpuSeconds: 800n, meteredGpuSeconds });
    expect(found.differences).toEqual([{ podUid: 'p', jobId: 'job_1', reason, clusterGpuSeconds: 800n, meteredGpuSeconds }]);
  });

  it('knows the cause of a pod that vanished (M3), and of one whose node’s clock was set forward (M1)', () => {
    expect(compare(run(), known({ endedAt: 2_060, lost: true }))).toMatchObject({
      agrees: true,
      differences: [{ reason: 'lost-pod' }],
    });
    const forward = compare(run({ endedAt: 5_000 }), known({ endedAt: 2_170 }));
    expect(forward).toMatchObject({ agrees: true, differences: [{ reason: 'clock' }] });
  });

  it('says where the cluster tells nothing', () => {
    const nothing = { pods: 0, differences: [], agrees: true };
    expect(compareRuns(undefined, new Map(), SPAN, NOW)).toMatchObject({ source: 'none', ...nothing });
    expect(compareRuns({ source: 'record', runs: [] }, new Map(), SPAN, NOW)).toMatchObject({ source: 'none', ...nothing });
    expect(compareRuns({ source: 'unreachable', runs: [] }, new Map(), SPAN, NOW)).toMatchObject({ source: 'unreachable', ...nothing });
    // Of another month, under way, or not recorded yet.
    for (const each of [{ startedAt: 10_000, endedAt: 10_100 }, { startedAt: 900, endedAt: 1_000 }, { endedAt: NOW }])
      expect(compare(run(each), new Map())).toMatchObject({ source: 'none', ...nothing });
    expect(compare({ podUid: 'p', jobId: 'job_1', gpus: 8, startedAt: 2_000 }, new Map())).toMatchObject({ source: 'none', ...nothing });
  });
});
