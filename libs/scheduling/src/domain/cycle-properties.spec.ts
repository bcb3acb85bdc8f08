import fc from 'fast-check';
import { isSound, plainNodes, withOccupants } from '../testing/plain-nodes.ts';
import { decide, gang, job, node, now, snapshot, waitOf } from '../testing/some-cycle.ts';
import type { Wait } from './decision.ts';
import { occupants } from './snapshot.ts';

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
        const policy = { fairShare, preemption: false };
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
