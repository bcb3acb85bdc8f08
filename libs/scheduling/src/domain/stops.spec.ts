import { NOW } from '../testing/any-cycle.ts';
import { cycle } from './cycle.ts';
import { type GpuLimit, limitKey, type LimitTree } from './limit-tree.ts';
import { DEFAULT_POLICY, type Policy, type QueuedJob } from './queue.ts';
import { type RunningJob, type Stop, stopsFor } from './stops.ts';
import type { NodeCapacity, Snapshot } from './snapshot.ts';

const nodes = (count: number): NodeCapacity[] =>
  Array.from({ length: count }, (_, index) => {
    return { name: `n${index}`, gpus: { h800: 8 }, cpuMillis: 64_000, memoryBytes: 512, openTo: ['h800'] };
  });

function job(id: string, tenantId: string, gpus: number, more: Partial<QueuedJob> = {}): QueuedJob {
  const replica = { gpus, cpuMillis: 1, memoryBytes: 1 };
  return { id, tenantId, gpuClass: 'h800', priority: 'normal', queuedAt: NOW - 60, longestSeconds: 86_400, replicas: 1, replica, ...more };
}

const low = (id: string, tenantId: string, gpus: number, more: Partial<QueuedJob> = {}): QueuedJob =>
  job(id, tenantId, gpus, { priority: 'low', ...more });

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
  return { starts, stops: stopsFor({ queue, snapshot, usage: new Map(), policy, now: NOW, decisions }, active) };
}

const stoppedIds = (stops: readonly Stop[]): string[] => stops.map(({ jobId }) => jobId).sort();

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
    expect(stops).toEqual([{ jobId: 'a4', forJobId: 'b1', kind: 'reclaimed', lostGpuSeconds: 12_000 }]);
    expect(stoppedIds(decide([job('b1', 'b', 8)], [...active, ...borrowed], 2, { limits: halves }).stops)).toEqual(['a3', 'a4']);
    expect(decide([job('b1', 'b', 12)], [...active, ...borrowed], 2, { limits: halves }).stops).toEqual([]);
  });

  it('are taken back from companies without a share, and never from one within its share', () => {
    const active = [running(job('a1', 'a', 8), ['n0'], 9_000), running(job('c1', 'c', 8), ['n1'], 90_000)];
    expect(decide([job('b1', 'b', 8)], active, 2, { limits: halves }).stops).toMatchObject([{ jobId: 'c1', forJobId: 'b1' }]);
    expect(decide([job('c2', 'c', 8)], active, 2, { limits: halves }).stops).toEqual([]);
  });

  it('leave a job alone for its shielded time, and ask only once for what is being stopped', () => {
    const fresh = [running(job('a1', 'a', 8), ['n0'], 9_000), running(job('a2', 'a', 8), ['n1'], 1_799)];
    expect(
      decide([job('b1', 'b', 8)], fresh, 2, { limits: tree({ a: { share: 0 }, b: { share: 8 } }), shieldedSeconds: 1_800 }).stops,
    ).toMatchObject([{ jobId: 'a1', forJobId: 'b1' }]);
    const starting = [running(job('a2', 'a', 8), ['n0'], undefined), running(job('a1', 'a', 8), ['n1'], 9_000, true)];
    expect(decide([job('b1', 'b', 8)], starting, 2, { limits: tree({ b: { share: 8 } }) }).stops).toEqual([]);
  });

  it('of a group are taken back by its companies from outside, and divided inside by their own shares', () => {
    const limits = tree({ g: { share: 8 }, a: { share: 4 } }, { a: 'g', b: 'g' });
    const ofB = [running(job('b1', 'b', 4), ['n0'], 9_000), running(job('b2', 'b', 4), ['n0'], 4_000)];
    const outside = running(job('c1', 'c', 8), ['n1'], 90_000);
    expect(decide([job('b3', 'b', 4)], [outside, ofB[0]!], 2, { limits }).starts).toEqual(['b3']);
    expect(decide([job('b3', 'b', 4)], [outside, running(job('c2', 'c', 8), ['n0'], 95_000)], 2, { limits }).stops).toMatchObject([
      { jobId: 'c1', forJobId: 'b3' },
    ]);
    // The group has its share, so its company takes back its part from the other one, not from outside.
    expect(decide([job('a1', 'a', 4)], [outside, ...ofB], 2, { limits }).stops).toMatchObject([{ jobId: 'b2', forJobId: 'a1' }]);
  });
});

describe('preemptible jobs (S5)', () => {
  const none = { limits: tree({}) };

  it('are stopped for one that is not: the least GPU-seconds since the checkpoint mark or the start, the newest first among equals', () => {
    const active = [
      running(low('l1', 'a', 4), ['n0'], 9_000),
      running(low('l2', 'a', 4), ['n0'], 5_000),
      { ...running(low('l3', 'b', 4), ['n1'], 8_000), checkpointAt: NOW - 100 },
      running(job('n1', 'b', 4), ['n1'], 2_000),
    ];
    const { starts, stops } = decide([job('c1', 'c', 4)], active, 2, none);
    expect(starts).toEqual([]);
    expect(stops).toEqual([{ jobId: 'l3', forJobId: 'c1', kind: 'preempted', lostGpuSeconds: 400 }]);
    // The cheapest alone makes no node free enough, so it goes on.
    expect(stoppedIds(decide([job('c1', 'c', 8)], active, 2, none).stops)).toEqual(['l1', 'l2']);
    const alike = [running(low('l4', 'a', 8), ['n0'], 2_000), running(low('l5', 'a', 4, { replicas: 2 }), ['n1', 'n1'], 2_000)];
    expect(stoppedIds(decide([job('c1', 'c', 8)], alike, 2, none).stops)).toEqual(['l4']);
  });

  it('are not stopped where that is not enough for the whole gang, for one that is preemptible too, or where preemption is off', () => {
    const active = [running(low('l1', 'a', 8), ['n0'], 9_000), running(job('n1', 'b', 8), ['n1'], 9_000)];
    expect(decide([job('c1', 'c', 8, { replicas: 2 })], active, 2, none).stops).toEqual([]);
    expect(decide([low('c1', 'c', 8)], active, 2, none).stops).toEqual([]);
    expect(decide([job('c1', 'c', 8)], active, 2, { ...none, preemption: false }).stops).toEqual([]);
    expect(stoppedIds(decide([job('c1', 'c', 8)], active, 2, none).stops)).toEqual(['l1']);
  });

  it('are left alone for their shielded time and while they start, and nothing more is stopped while one is being stopped', () => {
    const shielded = { ...none, shieldedSeconds: 1_800 };
    expect(decide([job('c1', 'c', 8)], [running(low('l1', 'a', 8), ['n0'], 1_799)], 1, shielded).stops).toEqual([]);
    expect(decide([job('c1', 'c', 8)], [running(low('l1', 'a', 8), ['n0'], undefined)], 1, shielded).stops).toEqual([]);
    expect(stoppedIds(decide([job('c1', 'c', 8)], [running(low('l1', 'a', 8), ['n0'], 1_800)], 1, shielded).stops)).toEqual(['l1']);
    const stopping = [running(low('l1', 'a', 8), ['n0'], 9_000, true), running(low('l2', 'a', 8), ['n1'], 9_000)];
    expect(decide([job('c1', 'c', 8)], stopping, 2, none).stops).toEqual([]);
  });

  it('are stopped within the limits of the job they are stopped for, and for these limits', () => {
    const active = [running(low('l1', 'a', 8), ['n0'], 9_000), running(low('l2', 'b', 8), ['n1'], 2_000)];
    const limits = tree({ a: { maxGpus: 8 }, c: { maxGpus: 4 } });
    expect(decide([job('c1', 'c', 8)], active, 2, { limits }).stops).toEqual([]);
    // Its company is at its limit because of its own preemptible job. The cheaper loss would not help.
    expect(stoppedIds(decide([job('a1', 'a', 8)], active, 3, { limits }).stops)).toEqual(['l1']);
    expect(stoppedIds(decide([job('a1', 'a', 8, { avoidedNodes: new Set(['n0', 'n2']) })], active, 3, { limits }).stops)).toEqual([
      'l1',
      'l2',
    ]);
  });

  it('keep their share from those that borrow, who would have to give it back', () => {
    const active = [running(low('l1', 'a', 8), ['n0'], 9_000)];
    const limits = tree({ a: { share: 8 }, c: { share: 4 } });
    expect(decide([job('c1', 'c', 8)], active, 1, { limits }).stops).toEqual([]);
    expect(stoppedIds(decide([job('c1', 'c', 4)], active, 1, { limits }).stops)).toEqual(['l1']);
    expect(stoppedIds(decide([job('a2', 'a', 8)], active, 1, { limits }).stops)).toEqual(['l1']);
  });

  it('are considered after all others, whoever used less, until they have waited long; then in their turn (S1)', () => {
    const queue = [low('l1', 'a', 8, { queuedAt: NOW - 900 }), job('c1', 'c', 8)];
    expect(decide(queue, [], 1, none).starts).toEqual(['c1']);
    expect(decide(queue, [], 1, { ...none, preemptibleWaitSeconds: 900 }).starts).toEqual(['l1']);
    expect(decide([{ ...queue[0]!, waitingSince: NOW - 899 }, queue[1]!], [], 1, { ...none, preemptibleWaitSeconds: 900 }).starts).toEqual([
      'c1',
    ]);
    expect(decide(queue, [], 1, { ...none, preemption: false }).starts).toEqual(['l1']);
    // Nothing is stopped that one of them, whose turn it is, would use.
    const old = [low('l1', 'a', 8, { queuedAt: NOW - 900 }), job('c1', 'c', 8)];
    const active = [running(low('l2', 'b', 8), ['n0'], 9_000)];
    expect(stoppedIds(decide(old, active, 1, none).stops)).toEqual(['l2']);
    expect(decide(old, active, 1, { ...none, preemptibleWaitSeconds: 900 }).stops).toEqual([]);
  });

  it('are stopped for the reserved job before those after it, and never so that its reservation comes later (S3)', () => {
    const active = [running(job('n1', 'b', 8), ['n0'], 600), running(low('l1', 'a', 8), ['n1'], 9_000)];
    // The first needs both nodes. The second may have the one of them only if it ends before the other is free.
    const first = job('c1', 'c', 8, { replicas: 2, queuedAt: NOW - 90 });
    const after = (longestSeconds: number) => job('d1', 'd', 8, { longestSeconds });
    expect(decide([first, after(90_000)], active, 2, none).stops).toEqual([]);
    expect(decide([first, after(86_400)], active, 2, none).stops).toEqual([
      { jobId: 'l1', forJobId: 'd1', kind: 'preempted', lostGpuSeconds: 72_000 },
    ]);
  });
});
