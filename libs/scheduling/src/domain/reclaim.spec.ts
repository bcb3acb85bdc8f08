import fc from 'fast-check';
import { anyCycle, NOW } from '../testing/any-cycle.ts';
import { plainInUse, plainPath } from '../testing/plain-limits.ts';
import { cycle } from './cycle.ts';
import { type GpuLimit, limitKey, type LimitTree } from './limit-tree.ts';
import { DEFAULT_POLICY, type Policy, type QueuedJob } from './queue.ts';
import { reclaims, type Reclaim, type RunningJob } from './reclaim.ts';
import { gpusOf } from './shape.ts';
import type { NodeCapacity, Snapshot } from './snapshot.ts';

const nodes = (count: number): NodeCapacity[] =>
  Array.from({ length: count }, (_, index) => {
    return { name: `n${index}`, gpus: { h800: 8 }, cpuMillis: 64_000, memoryBytes: 512, openTo: ['h800'] };
  });

function job(id: string, tenantId: string, gpus: number, more: Partial<QueuedJob> = {}): QueuedJob {
  const replica = { gpus, cpuMillis: 1, memoryBytes: 1 };
  return { id, tenantId, gpuClass: 'h800', priority: 'normal', queuedAt: NOW - 60, longestSeconds: 86_400, replicas: 1, replica, ...more };
}

function running(of: QueuedJob, placement: string[], ranSeconds: number | undefined, isStopping = false): RunningJob {
  const gang = { ...of, admissionId: `${of.id}/1`, placement, endsBy: NOW + 86_400 };
  return { job: of, gang, isStopping, ...(ranSeconds !== undefined && { startedAt: NOW - ranSeconds }) };
}

function tree(limits: Record<string, Partial<GpuLimit>>, groupOf: Record<string, string> = {}): LimitTree {
  return {
    groupOf: new Map(Object.entries(groupOf)),
    limits: new Map(Object.entries(limits).map(([node, limit]) => [limitKey(node, 'h800'), { share: null, maxGpus: null, ...limit }])),
  };
}

function decide(queue: QueuedJob[], active: RunningJob[], count: number, more: Partial<Policy>) {
  const policy = { ...DEFAULT_POLICY, ...more };
  const snapshot: Snapshot = { nodes: nodes(count), pods: [], gangs: active.map(({ gang }) => gang) };
  const decisions = cycle(queue, snapshot, new Map(), policy, NOW);
  const starts = decisions.filter(({ verdict }) => verdict === 'start').map(({ jobId }) => jobId);
  return { starts, stops: reclaims({ queue, snapshot, usage: new Map(), policy, now: NOW, decisions }, active) };
}

const stoppedIds = (stops: readonly Reclaim[]): string[] => stops.map(({ jobId }) => jobId).sort();

describe('shares of GPUs (S2)', () => {
  const halves = tree({ a: { share: 8 }, b: { share: 8 } });

  it('are lent while they are idle, and not beyond a limit', () => {
    const queue = [1, 2, 3, 4].map((n) => job(`a${n}`, 'a', 4, { queuedAt: NOW - 60 + n }));
    expect(decide(queue, [], 2, { limits: halves }).starts).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(decide(queue, [], 2, { limits: tree({ a: { share: 8, maxGpus: 12 }, b: { share: 8 } }) }).starts).toEqual(['a1', 'a2', 'a3']);
  });

  it('come before what others borrow, whoever used less', () => {
    const queue = [job('a1', 'a', 8, { queuedAt: NOW - 900 }), job('b1', 'b', 8), job('c1', 'c', 8, { queuedAt: NOW - 800 })];
    expect(decide(queue, [], 1, { limits: tree({ b: { share: 8 } }) }).starts).toEqual(['b1']);
  });

  it('are taken back from who borrows: the newest and cheapest loss first, no more than needed', () => {
    const active = [running(job('a1', 'a', 4), ['n0'], 9_000), running(job('a2', 'a', 4), ['n0'], 5_000)];
    const borrowed = [running(job('a3', 'a', 4), ['n1'], 8_000), running(job('a4', 'a', 4), ['n1'], 3_000)];
    const { starts, stops } = decide([job('b1', 'b', 4)], [...active, ...borrowed], 2, { limits: halves });
    expect(starts).toEqual([]);
    expect(stops).toEqual([{ jobId: 'a4', forJobId: 'b1' }]);
    expect(stoppedIds(decide([job('b1', 'b', 8)], [...active, ...borrowed], 2, { limits: halves }).stops)).toEqual(['a3', 'a4']);
    expect(decide([job('b1', 'b', 12)], [...active, ...borrowed], 2, { limits: halves }).stops).toEqual([]);
  });

  it('are taken back from companies without a share, and never from one within its share', () => {
    const active = [running(job('a1', 'a', 8), ['n0'], 9_000), running(job('c1', 'c', 8), ['n1'], 90_000)];
    expect(decide([job('b1', 'b', 8)], active, 2, { limits: halves }).stops).toEqual([{ jobId: 'c1', forJobId: 'b1' }]);
    expect(decide([job('c2', 'c', 8)], active, 2, { limits: halves }).stops).toEqual([]);
  });

  it('leave a job alone for its shielded time, and ask only once for what is being stopped', () => {
    const fresh = [running(job('a1', 'a', 8), ['n0'], 9_000), running(job('a2', 'a', 8), ['n1'], 1_799)];
    expect(
      decide([job('b1', 'b', 8)], fresh, 2, { limits: tree({ a: { share: 0 }, b: { share: 8 } }), shieldedSeconds: 1_800 }).stops,
    ).toEqual([{ jobId: 'a1', forJobId: 'b1' }]);
    const starting = [running(job('a2', 'a', 8), ['n0'], undefined), running(job('a1', 'a', 8), ['n1'], 9_000, true)];
    expect(decide([job('b1', 'b', 8)], starting, 2, { limits: tree({ b: { share: 8 } }) }).stops).toEqual([]);
  });

  it('of a group are taken back by its companies from outside, and divided inside by their own shares', () => {
    const limits = tree({ g: { share: 8 }, a: { share: 4 } }, { a: 'g', b: 'g' });
    const ofB = [running(job('b1', 'b', 4), ['n0'], 9_000), running(job('b2', 'b', 4), ['n0'], 4_000)];
    const outside = running(job('c1', 'c', 8), ['n1'], 90_000);
    expect(decide([job('b3', 'b', 4)], [outside, ofB[0]!], 2, { limits }).starts).toEqual(['b3']);
    expect(decide([job('b3', 'b', 4)], [outside, running(job('c2', 'c', 8), ['n0'], 95_000)], 2, { limits }).stops).toEqual([
      { jobId: 'c1', forJobId: 'b3' },
    ]);
    // The group has its share, so its company takes back its part from the other one, not from outside.
    expect(decide([job('a1', 'a', 4)], [outside, ...ofB], 2, { limits }).stops).toEqual([{ jobId: 'b2', forJobId: 'a1' }]);
  });
});

describe('whatever the park, its shares and its jobs', () => {
  it('never passes a limit of any node of the tree', () => {
    fc.assert(
      fc.property(anyCycle, ({ queue, snapshot, usage, policy }) => {
        const byId = new Map(queue.map((each) => [each.id, each]));
        const before = snapshot.gangs.map(({ replica, placement, ...gang }) => ({ ...gang, gpus: replica.gpus * placement.length }));
        const starts = cycle(queue, snapshot, usage, policy, NOW).flatMap(({ jobId, verdict }) => {
          const started = byId.get(jobId);
          return verdict === 'start' && started !== undefined ? [{ ...started, gpus: gpusOf(started) }] : [];
        });
        for (const started of starts) {
          for (const { node } of plainPath(policy.limits, started)) {
            const most = policy.limits.limits.get(limitKey(node, started.gpuClass))?.maxGpus ?? Infinity;
            expect(plainInUse(policy.limits, node, started.gpuClass, [...before, ...starts])).toBeLessThanOrEqual(most);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes to rest: what is taken back is not taken again in turns (no ping-pong)', () => {
    let stopsInAll = 0;
    fc.assert(
      fc.property(anyCycle, fc.infiniteStream(fc.nat({ max: 9_000 })), ({ queue, snapshot, usage, policy: drawn }, ages) => {
        const policy = { ...drawn, shieldedSeconds: 0, mostStarts: Infinity, mostStartsOfTenant: new Map(), estimates: 0 };
        let waiting = [...queue];
        let active = snapshot.gangs.map((gang): RunningJob => {
          const of = job(gang.admissionId, gang.tenantId, 1, { ...gang, replicas: gang.placement.length });
          return { job: of, gang, isStopping: false, startedAt: NOW - (ages.next().value ?? 0) };
        });
        const mostRounds = 3 * (waiting.length + active.length) + 3;
        for (let round = 0; ; round += 1) {
          expect(round).toBeLessThan(mostRounds);
          const now = { nodes: snapshot.nodes, pods: [], gangs: active.map(({ gang }) => gang) };
          const decisions = cycle(waiting, now, usage, policy, NOW);
          const stops = new Set(
            reclaims({ queue: waiting, snapshot: now, usage, policy, now: NOW, decisions }, active).map(({ jobId }) => jobId),
          );
          stopsInAll += stops.size;
          const starts = new Map(decisions.flatMap((each) => (each.verdict === 'start' ? [[each.jobId, each.placement] as const] : [])));
          if (stops.size === 0 && starts.size === 0) return;
          const stopped = active.filter((each) => stops.has(each.job.id)).map((each) => each.job);
          const begun = waiting.flatMap((each): RunningJob[] => {
            const placement = starts.get(each.id);
            if (placement === undefined) return [];
            return [
              {
                job: each,
                isStopping: false,
                startedAt: NOW,
                gang: { ...each, admissionId: each.id, placement, endsBy: NOW + each.longestSeconds },
              },
            ];
          });
          waiting = [...waiting.filter(({ id }) => !starts.has(id)), ...stopped];
          active = [...active.filter((each) => !stops.has(each.job.id)), ...begun];
        }
      }),
      { numRuns: 1_000 },
    );
    expect(stopsInAll).toBeGreaterThan(10);
  });
});
