import type { TruthLine } from '../../../../cluster-sim/src/index.ts';
import type { Evidence, Interval } from '../evidence.ts';
import { bookChecks } from './books.ts';
import type { Check } from './check.ts';
import { leftoverChecks } from './leftovers.ts';
import { usageChecks, lostUsage } from './usage.ts';

const pod = {
  ...{ uid: 'u1', namespace: 'mss-a', name: 'job-1-0', job: 'job-1', labels: { 'speedspace.io/job': 'job_1' }, node: 'h800-0' },
  ...{ gpuResource: 'nvidia.com/gpu', gpus: 2, startedAt: 1_000, endedAt: 1_100, end: 'exited', gpuSeconds: 200 },
} as TruthLine;
const interval: Interval = {
  ...{ podUid: 'u1', admissionId: 'job_1/1', jobId: 'job_1', gpus: 2, startedAt: 1_000, endedAt: 1_100, endSource: 'reported' },
};

/** A park in which one pod ran 200 GPU-seconds, which were metered and charged, changed by `change`. */
function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    truth: [pod],
    objects: { pods: [], jobs: [], owned: [] },
    intervals: [interval],
    admissions: [{ id: 'job_1/1', jobId: 'job_1', tenantId: 'a', gpuSeconds: 200n, closed: true, held: new Map([['wallet', 0n]]) }],
    charged: [{ admissionId: 'job_1/1', gpuSeconds: 200n, absorbedGpuSeconds: 0n }],
    accounts: [
      { code: 'wallet:a:held', unit: 'CNY', guarded: true, balance: 0n, posted: 0n },
      { code: 'wallet:a:available', unit: 'CNY', guarded: true, balance: 70n, posted: 70n },
      { code: 'external', unit: 'CNY', guarded: false, balance: -70n, posted: -70n },
    ],
    entries: { count: 3n, unbalanced: [] },
    dailySums: { count: 3n, different: [] },
    jobs: [{ id: 'job_1', name: 'one', tenantId: 'a', state: 'Succeeded', attempt: 1, waiting: null }],
    ...{ writes: [], events: [] },
    ...change,
  };
}

function found(checks: readonly Check[]): string[] {
  return checks.filter(({ differences }) => differences.length > 0).map(({ name }) => name);
}

describe('the checks of the chaos run', () => {
  it('find nothing where all agrees', () => {
    expect(found([...usageChecks(evidence()), ...bookChecks(evidence()), ...leftoverChecks(evidence())])).toEqual([]);
  });

  it('find a second that was not metered, and one that was charged twice (M1, M7)', () => {
    const short = evidence({ intervals: [{ ...interval, endedAt: 1_099 }] });
    expect(found(usageChecks(short))).toEqual(['each pod is metered as it ran (M1, M3)', 'each admission is charged its usage, once (M7)']);
    const twice = evidence({ charged: [{ admissionId: 'job_1/1', gpuSeconds: 400n, absorbedGpuSeconds: 0n }] });
    expect(found(usageChecks(twice))).toEqual([
      'each admission is charged its usage, once (M7)',
      'each job is charged what the cluster ran',
    ]);
  });

  it('let a lost pod end when it was last seen, never later than it ran (M3)', () => {
    const seen = (endedAt: number): Evidence =>
      evidence({
        ...{ truth: [{ ...pod, end: 'force-deleted' }], intervals: [{ ...interval, endedAt, endSource: 'last-seen' }] },
        admissions: [{ ...(evidence().admissions[0] as Evidence['admissions'][number]), gpuSeconds: BigInt(2 * (endedAt - 1_000)) }],
        charged: [{ admissionId: 'job_1/1', gpuSeconds: BigInt(2 * (endedAt - 1_000)), absorbedGpuSeconds: 0n }],
      });
    expect(found(usageChecks(seen(1_060)))).toEqual([]);
    expect(lostUsage(seen(1_060))).toMatchObject([{ ranGpuSeconds: 200, meteredGpuSeconds: 120 }]);
    expect(found(usageChecks(seen(1_101)))).toEqual(['each pod is metered as it ran (M1, M3)']);
    const unharmed = evidence({ intervals: [{ ...interval, endedAt: 1_060, endSource: 'last-seen' }] });
    expect(found(usageChecks(unharmed))).toContain('each pod is metered as it ran (M1, M3)');
  });

  it('find a hold that nobody has, and a balance that is not its postings (F5, L5)', () => {
    const [held, ...rest] = evidence().accounts;
    const stray = evidence({ accounts: [{ ...(held as Evidence['accounts'][number]), balance: 5n, posted: 4n }, ...rest] });
    expect(found(bookChecks(stray))).toEqual([
      'the ledger is balanced per unit (L1)',
      'balances are the sums of postings (L5)',
      'held accounts are the sums of open holds (F5)',
    ]);
  });

  it('find a daily sum that is not its postings (L5)', () => {
    const stray = evidence({ dailySums: { count: 3n, different: ['external 2026-10-01 wallet.topped-up: -69, posted -70'] } });
    expect(found(bookChecks(stray))).toEqual(['daily sums are the sums of postings (L5)']);
  });

  it('find what is left in the cluster (J2)', () => {
    const labels = { 'speedspace.io/job': 'job_1', 'speedspace.io/attempt': '1' };
    const metadata = { name: 'job-1-0', namespace: 'mss-a', labels };
    const running = { metadata, status: { phase: 'Running' } };
    const kept = { metadata: { ...metadata, finalizers: ['speedspace.io/metering'] }, status: { phase: 'Succeeded' } };
    const check = (pods: Evidence['objects']['pods']): string[] =>
      found(leftoverChecks(evidence({ objects: { pods, jobs: [], owned: [] } })));
    expect(check([running])).toEqual(['no pod is left running or stuck']);
    expect(check([kept])).toEqual(['no pod is left running or stuck']);
    expect(check([{ ...kept, metadata }])).toEqual([]);
  });
});
