import fc from 'fast-check';
import { isSound, plainNodes, withOccupants } from '../testing/plain-nodes.ts';
import { cycle } from './cycle.ts';
import type { Decision, Wait } from './decision.ts';
import { decayedUsage, HALF_LIFE_SECONDS } from './fair-share.ts';
import { limitKey, NO_LIMITS } from './limit-tree.ts';
import { DEFAULT_POLICY, type Policy, type QueuedJob } from './queue.ts';
import { type Gang, type NodeCapacity, occupants, type Snapshot } from './snapshot.ts';

const now = 1_790_000_000;

function node(name: string, gpus = 8, more: Partial<NodeCapacity> = {}): NodeCapacity {
  return { name, gpus: { h800: gpus }, cpuMillis: 64_000, memoryBytes: 512, openTo: ['h800'], ...more };
}

function job(id: string, replicas: number, gpus: number, more: Partial<QueuedJob> = {}): QueuedJob {
  const replica = { gpus, cpuMillis: gpus * 1_000, memoryBytes: gpus };
  return {
    id,
    tenantId: 't1',
    gpuClass: 'h800',
    priority: 'normal',
    queuedAt: now - 60,
    longestSeconds: 3_600,
    replicas,
    replica,
    ...more,
  };
}

function gang(admissionId: string, placement: string[], gpus: number, endsIn: number, tenantId = 't9'): Gang {
  return {
    admissionId,
    tenantId,
    gpuClass: 'h800',
    replica: { gpus, cpuMillis: gpus * 1_000, memoryBytes: gpus },
    placement,
    endsBy: now + endsIn,
  };
}

function snapshot(nodes: NodeCapacity[], gangs: Gang[] = []): Snapshot {
  return { nodes, pods: [], gangs };
}

function decide(queue: QueuedJob[], cluster: Snapshot, policy: Partial<Policy> = {}, usage = new Map<string, number>()): Decision[] {
  return cycle(queue, cluster, usage, { ...DEFAULT_POLICY, ...policy }, now);
}

function started(decisions: Decision[]): string[] {
  return decisions.filter(({ verdict }) => verdict === 'start').map(({ jobId }) => jobId);
}

function waitOf(decisions: Decision[], jobId: string): Wait {
  return decisions.find((decision): decision is Wait => decision.jobId === jobId && decision.verdict === 'wait')!;
}

describe('a scheduling cycle', () => {
  it('serves the jobs of one tenant by priority, then first come (S1)', () => {
    const queue = [
      job('late', 1, 4, { queuedAt: now - 10 }),
      job('low', 1, 4, { priority: 'low', queuedAt: now - 900 }),
      job('early', 1, 4, { queuedAt: now - 100 }),
      job('high', 1, 4, { priority: 'high', queuedAt: now - 1 }),
    ];
    const decisions = decide(queue, snapshot([node('n1')]), { fairShare: false });
    expect(decisions.map(({ jobId }) => jobId)).toEqual(['high', 'early', 'late', 'low']);
    expect(started(decisions)).toEqual(['high', 'early']);
  });

  it('lets no priority move a job past another tenant that used less, nor past one that came before (S1)', () => {
    const queue = [
      job('eager', 1, 8, { tenantId: 'a', priority: 'high', queuedAt: now - 900 }),
      job('modest', 1, 8, { tenantId: 'b', priority: 'low', queuedAt: now - 10 }),
    ];
    const usage = new Map([['a', 1]]);
    expect(started(decide(queue, snapshot([node('n1')]), {}, usage))).toEqual(['modest']);
    const alike = [
      job('late', 1, 8, { tenantId: 'a', priority: 'high', queuedAt: now - 10 }),
      job('early', 1, 8, { tenantId: 'b', priority: 'low', queuedAt: now - 20 }),
    ];
    expect(started(decide(alike, snapshot([node('n1')])))).toEqual(['early']);
    expect(started(decide(alike, snapshot([node('n1')]), { fairShare: false }))).toEqual(['early']);
  });

  it('lets tenants take turns, the one who used least first (S1)', () => {
    const queue = [1, 2, 3].flatMap((n) =>
      ['a', 'b'].map((tenantId) => job(`${tenantId}${n}`, 1, 2, { tenantId, queuedAt: now - 90 + n })),
    );
    const usage = decayedUsage([{ tenantId: 'a', gpuClass: 'h800', gpuSeconds: 3 * 3_600, at: now }], new Map(), now);
    expect(started(decide(queue, snapshot([node('n1')]), {}, usage))).toEqual(['b1', 'b2', 'a1', 'b3']);
  });

  it('counts what a tenant occupies now as used, though nothing of it is metered yet', () => {
    const running = gang('job_x/1', ['n1'], 4, 900, 'a');
    const queue = [job('a1', 1, 4, { tenantId: 'a', queuedAt: now - 99 }), job('b1', 1, 4, { tenantId: 'b' })];
    expect(started(decide(queue, snapshot([node('n1')], [running])))).toEqual(['b1']);
  });

  it('forgets half of a usage in a week', () => {
    const samples = [{ tenantId: 'a', gpuClass: 'h800', gpuSeconds: 100, at: now - 2 * HALF_LIFE_SECONDS }];
    expect(decayedUsage(samples, new Map([['h800', 4]]), now).get('a')).toBeCloseTo(100);
  });

  it('starts no more than it may in one cycle, and says nothing of what stands behind', () => {
    const queue = [job('a', 1, 1), job('too large', 1, 9), job('b', 1, 1), job('c', 1, 1), job('d', 1, 1)].map((each, index) => ({
      ...each,
      queuedAt: now - 60 + index,
    }));
    const decisions = decide(queue, snapshot([node('n1')]), { mostStarts: 2 });
    expect(decisions.map(({ jobId, verdict }) => [jobId, verdict])).toEqual([
      ['a', 'start'],
      ['too large', 'wait'],
      ['b', 'start'],
    ]);
  });

  it('starts no more jobs of a tenant than it may, and goes on with the others', () => {
    const queue = [1, 2, 3].flatMap((n) =>
      ['a', 'b'].map((tenantId) => job(`${tenantId}${n}`, 1, 1, { tenantId, queuedAt: now - 90 + n })),
    );
    const decisions = decide(queue, snapshot([node('n1')]), { mostStartsOfTenant: new Map([['a', 1]]) });
    expect(decisions.map(({ jobId, verdict }) => `${jobId} ${verdict}`).sort()).toEqual(['a1 start', 'b1 start', 'b2 start', 'b3 start']);
  });

  it('starts a gang whole or not at all (S2)', () => {
    const nodes = [node('n1'), node('n2', 4)];
    expect(decide([job('j', 2, 8)], snapshot(nodes))).toMatchObject([
      { verdict: 'wait', reason: 'capacity', detail: 'Needs 16 GPUs of h800 as 2 × 8; 12 are free.' },
    ]);
    expect(decide([job('j', 3, 4)], snapshot(nodes))).toEqual([{ jobId: 'j', verdict: 'start', placement: ['n2', 'n1', 'n1'] }]);
  });

  it('looks at CPU and memory too', () => {
    const thirsty = job('j', 1, 1, { replica: { gpus: 1, cpuMillis: 1_000, memoryBytes: 513 } });
    expect(started(decide([thirsty], snapshot([node('n1')])))).toEqual([]);
  });

  it('packs into the fullest node that has room and leaves empty nodes whole (S4)', () => {
    const cluster = snapshot([node('n1'), node('n2'), node('n3')], [gang('g/1', ['n2'], 5, 900)]);
    expect(decide([job('small', 1, 2), job('whole', 2, 8, { queuedAt: now })], cluster)).toEqual([
      { jobId: 'small', verdict: 'start', placement: ['n2'] },
      { jobId: 'whole', verdict: 'start', placement: ['n1', 'n3'] },
    ]);
  });

  it('keeps room for the first that does not fit, and backfills around it (S3)', () => {
    // n1 is free in 1,000 s; the head needs both nodes then.
    const cluster = snapshot([node('n1'), node('n2')], [gang('g/1', ['n1'], 8, 1_000)]);
    const queue = [
      job('head', 2, 8, { queuedAt: now - 500 }),
      job('long', 1, 4, { queuedAt: now - 400, longestSeconds: 1_001 }),
      job('short', 1, 4, { queuedAt: now - 300, longestSeconds: 1_000 }),
    ];
    const decisions = decide(queue, cluster);
    expect(started(decisions)).toEqual(['short']);
    expect(waitOf(decisions, 'head')).toMatchObject({ reason: 'capacity', expectedStart: now + 1_000 });
    expect(waitOf(decisions, 'long')).toMatchObject({ reason: 'behind reservation', expectedStart: now + 4_600 });
  });

  it('lets no job pass one that waits for capacity where the policy has no backfill, and starts those of other classes (S3)', () => {
    const nodes = [node('n1'), node('n2', 8, { gpus: { h800: 4, l40: 4 }, openTo: ['h800', 'l40'] })];
    const queue = [
      job('first', 1, 4, { queuedAt: now - 600 }),
      job('head', 1, 8, { queuedAt: now - 500 }),
      job('short', 1, 1, { queuedAt: now - 400, longestSeconds: 1 }),
      job('other class', 1, 1, { queuedAt: now - 300, gpuClass: 'l40' }),
    ];
    const cluster = snapshot(nodes, [gang('g/1', ['n1'], 4, 1_000)]);
    expect(started(decide(queue, cluster, { backfill: false }))).toEqual(['first', 'other class']);
    expect(waitOf(decide(queue, cluster, { backfill: false }), 'short').reason).toBe('behind reservation');
    expect(started(decide(queue, cluster))).toEqual(['first', 'short', 'other class']);
  });

  it('spreads pods over the emptiest nodes where the policy does not pack (S4)', () => {
    const cluster = snapshot([node('n1'), node('n2'), node('n3')], [gang('g/1', ['n2'], 5, 900)]);
    expect(decide([job('j', 4, 2)], cluster, { placement: 'spread' })).toEqual([
      { jobId: 'j', verdict: 'start', placement: ['n3', 'n1', 'n2', 'n3'] },
    ]);
    expect(decide([job('j', 8, 3)], cluster, { placement: 'spread' })).toMatchObject([{ verdict: 'wait', reason: 'capacity' }]);
  });

  it('keeps a job off the nodes that did not take it, and says so where only they are free', () => {
    const cluster = snapshot([node('n1'), node('n2')], [gang('g/1', ['n1'], 4, 900)]);
    const avoiding = (nodes: string[]) => job('j', 1, 4, { avoidedNodes: new Set(nodes), avoidedBecause: 'Node n1 did not take pod 0.' });
    expect(decide([avoiding(['n1'])], cluster)).toEqual([{ jobId: 'j', verdict: 'start', placement: ['n2'] }]);
    const [waiting, other] = decide([avoiding(['n1', 'n2']), job('other', 1, 4, { queuedAt: now })], cluster);
    expect(waiting).toEqual({ jobId: 'j', verdict: 'wait', reason: 'back-off', detail: 'Node n1 did not take pod 0.' });
    expect(other).toEqual({ jobId: 'other', verdict: 'start', placement: ['n1'] });
  });

  it('tells those whose start it does not estimate about how many jobs of their class come before them', () => {
    const cluster = snapshot([node('n1')], [gang('g/1', ['n1'], 8, 900)]);
    const queue = Array.from({ length: 320 }, (_, index) =>
      job(`j${String(index).padStart(3, '0')}`, 1, 8, { queuedAt: now - 900 + index }),
    );
    const decisions = decide(queue, cluster);
    expect(waitOf(decisions, 'j099')).toMatchObject({ expectedStart: now + 900 + 99 * 3_600 });
    expect(waitOf(decisions, 'j099')).not.toHaveProperty('jobsAhead');
    const holdTarget = ['j100', 'j137', 'j301', 'j319'].map((id) => waitOf(decisions, id).jobsAhead);
    expect(holdTarget).toEqual([100, 150, 300, 300]);
    expect(waitOf(decisions, 'j301')).not.toHaveProperty('expectedStart');
  });

  it('does not keep anything for a job that will never fit', () => {
    const decisions = decide([job('huge', 9, 8, { queuedAt: now - 500 }), job('next', 1, 8)], snapshot([node('n1')]));
    expect(started(decisions)).toEqual(['next']);
    expect(waitOf(decisions, 'huge')).not.toHaveProperty('expectedStart');
  });

  it('holds a tenant to its limit of GPUs at once, what runs included', () => {
    const limits = { ...NO_LIMITS, limits: new Map([[limitKey('t1', 'h800'), { share: null, maxGpus: 4 }]]) };
    const cluster = snapshot([node('n1')], [gang('g/1', ['n1'], 2, 900, 't1')]);
    const decisions = decide([job('a', 1, 2, { queuedAt: now - 99 }), job('b', 1, 1), job('other', 1, 1, { tenantId: 't2' })], cluster, {
      limits,
    });
    expect(started(decisions).sort()).toEqual(['a', 'other']);
    expect(waitOf(decisions, 'b')).toMatchObject({
      reason: 'concurrency limit',
      detail: 'The company may use 4 GPUs of h800 at once and uses 4; this job needs 1.',
    });
  });

  it('passes by a job whose funds could not be held, without keeping room for it', () => {
    const poor = job('poor', 1, 8, { queuedAt: now - 500, inadmissible: { reason: 'funds', detail: '¥3.00 short.' } });
    const decisions = decide([poor, job('next', 1, 8)], snapshot([node('n1')]));
    expect(decisions).toEqual([
      { jobId: 'poor', verdict: 'wait', reason: 'funds', detail: '¥3.00 short.' },
      { jobId: 'next', verdict: 'start', placement: ['n1'] },
    ]);
  });

  it('places nothing on a closed node, nor what would run into its maintenance, and says so', () => {
    const closing = snapshot([node('n1', 8, { closesAt: now + 1_800 }), node('n2', 8, { openTo: [] })]);
    const decisions = decide([job('long', 1, 8), job('short', 1, 8, { longestSeconds: 1_800, queuedAt: now })], closing);
    expect(started(decisions)).toEqual(['short']);
    expect(waitOf(decisions, 'long').reason).toBe('maintenance');
  });

  it('counts pods where they are, and those of ended attempts until they are gone', () => {
    const replica = { gpus: 8, cpuMillis: 8_000, memoryBytes: 8 };
    const cluster: Snapshot = {
      nodes: [node('n1'), node('n2'), node('n3')],
      gangs: [gang('a/1', ['n1'], 8, 900)],
      pods: [
        { admissionId: 'a/1', index: 0, gpuClass: 'h800', node: 'n2', replica },
        { admissionId: 'old/1', index: 0, gpuClass: 'h800', node: 'n3', replica },
      ],
    };
    expect(decide([job('j', 1, 8)], cluster)).toEqual([{ jobId: 'j', verdict: 'start', placement: ['n1'] }]);
  });
});

describe('whatever the queue and the cluster', () => {
  const nodesOf = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 });
  const jobsOf = fc.array(
    fc.record({
      tenantId: fc.constantFrom('t1', 't2', 't3'),
      priority: fc.constantFrom('high' as const, 'normal' as const, 'low' as const),
      replicas: fc.integer({ min: 1, max: 4 }),
      gpus: fc.integer({ min: 1, max: 8 }),
      longestSeconds: fc.integer({ min: 1, max: 5_000 }),
      queuedAt: fc.integer({ min: now - 100, max: now }),
    }),
    { maxLength: 12 },
  );
  const state = fc.tuple(nodesOf, jobsOf, jobsOf).map(([sizes, waiting, before]) => {
    const nodes = sizes.map((gpus, index) => node(`n${index}`, gpus));
    const queue = waiting.map(({ gpus, replicas, ...more }, index) => job(`j${index}`, replicas, gpus, more));
    // What runs came through an earlier cycle, so it fits.
    const earlier = before.map(({ gpus, replicas, ...more }, index) => job(`r${index}`, replicas, gpus, more));
    const gangs = decide(earlier, snapshot(nodes)).flatMap((decision) => {
      const source = earlier.find(({ id }) => id === decision.jobId)!;
      return decision.verdict === 'start'
        ? [{ ...gang(`${source.id}/1`, [...decision.placement], source.replica.gpus, source.longestSeconds), tenantId: source.tenantId }]
        : [];
    });
    return { queue, cluster: snapshot(nodes, gangs) };
  });

  it('decides on each job once, starts whole gangs, and never oversubscribes a node', () => {
    fc.assert(
      fc.property(state, ({ queue, cluster }) => {
        const decisions = decide(queue, cluster);
        expect(decisions.map(({ jobId }) => jobId).sort()).toEqual(queue.map(({ id }) => id).sort());
        const placed = decisions.flatMap((decision) => {
          if (decision.verdict === 'wait') return [];
          const source = queue.find(({ id }) => id === decision.jobId)!;
          expect(decision.placement).toHaveLength(source.replicas);
          return decision.placement.map((name) => ({ ...source, node: name, endsBy: now + source.longestSeconds }));
        });
        expect(isSound(withOccupants(plainNodes(cluster.nodes, occupants(cluster, now)), placed))).toBe(true);
      }),
    );
  });

  it('never lets a backfilled job delay the first that does not fit (S3)', () => {
    fc.assert(
      fc.property(state, ({ queue, cluster }) => {
        const decisions = decide(queue, cluster, { fairShare: false });
        const head = decisions.find((decision): decision is Wait => decision.verdict === 'wait' && decision.expectedStart !== undefined);
        if (head === undefined) return;
        const upToHead = decisions.slice(0, decisions.indexOf(head) + 1).map(({ jobId }) => jobId);
        // The same in the same order, with nothing behind them.
        const holdTarget = upToHead.map((id, index) => ({
          ...queue.find((each) => each.id === id)!,
          ...{ tenantId: 't1', priority: 'normal' as const, queuedAt: now - 100 + index },
        }));
        const alone = decide(holdTarget, cluster, { fairShare: false });
        expect(head.expectedStart).toBeLessThanOrEqual(waitOf(alone, head.jobId).expectedStart!);
      }),
    );
  });

  it('decides the same whatever the order in which it is told', () => {
    fc.assert(
      fc.property(state, ({ queue, cluster }) => {
        const reversed = { nodes: cluster.nodes.toReversed(), pods: [], gangs: cluster.gangs.toReversed() };
        expect(decide(queue.toReversed(), reversed)).toEqual(decide(queue, cluster));
      }),
    );
  });

  it('takes tenants in the same order whatever priorities they give their jobs, and each tenant’s jobs by its priorities (S1)', () => {
    fc.assert(
      fc.property(state, fc.boolean(), ({ queue, cluster }, fairShare) => {
        const policy = { fairShare };
        // Jobs of one shape: which of its own a tenant starts then changes nothing for the others.
        const alike = queue.map((each, index) => ({
          ...each,
          ...{ replicas: 1, replica: { gpus: 2, cpuMillis: 1_000, memoryBytes: 1 }, longestSeconds: 600, queuedAt: now - 100 + index },
        }));
        const tenantOf = new Map(alike.map(({ id, tenantId }) => [id, tenantId]));
        const decisions = decide(alike, cluster, policy);
        const plain = decide(
          alike.map((each) => ({ ...each, priority: 'normal' as const })),
          cluster,
          policy,
        );
        expect(decisions.map(({ jobId }) => tenantOf.get(jobId))).toEqual(plain.map(({ jobId }) => tenantOf.get(jobId)));
        const rank = new Map(alike.map(({ id, priority }) => [id, ['high', 'normal', 'low'].indexOf(priority)]));
        for (const own of Map.groupBy(decisions, ({ jobId }) => tenantOf.get(jobId)).values()) {
          const ranks = own.map(({ jobId }) => rank.get(jobId)!);
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('leaves nothing waiting without a reason, and nothing that fits alone in an idle cluster for capacity', () => {
    fc.assert(
      fc.property(state, ({ queue, cluster }) => {
        const idle = snapshot([...cluster.nodes]);
        const [first] = decide(queue, idle);
        if (first?.verdict !== 'wait') return;
        expect(first.reason).toBe('capacity');
        expect(first.expectedStart).toBeUndefined();
      }),
    );
  });
});
