import fc from 'fast-check';
import type { Topology } from '#jobs';
import { type LimitTree, limitKey, PARK } from '../domain/limit-tree.ts';
import { DEFAULT_POLICY, type Policy, type QueuedJob } from '../domain/queue.ts';
import type { Gang, NodeCapacity, Replica, Snapshot } from '../domain/snapshot.ts';
import { plainCycle } from './plain-cycle.ts';

export const NOW = 1_790_000_000;

/** The arguments of one cycle. */
export interface CycleScenario {
  readonly queue: readonly QueuedJob[];
  readonly snapshot: Snapshot;
  readonly usage: ReadonlyMap<string, number>;
  readonly policy: Policy;
}

const CLASSES = ['h800', 'slice'] as const;
const TENANTS = ['t1', 't2', 't3'] as const;

const replica: fc.Arbitrary<Replica> = fc.record({
  gpus: fc.constantFrom(1, 1, 2, 2, 3, 4, 8),
  cpuMillis: fc.constantFrom(0, 500, 1_000, 4_000, 9_000),
  memoryBytes: fc.constantFrom(0, 1, 1, 5, 12),
  ephemeralBytes: fc.constantFrom(0, 0, 0, 1, 5),
});

/** Some nodes have two classes that share its CPU and memory, some are closed, tainted for a class or about to close. */
const nodes: fc.Arbitrary<NodeCapacity[]> = fc
  .array(
    fc.record({
      classes: fc.uniqueArray(fc.constantFrom(...CLASSES), { minLength: 1, maxLength: 2 }),
      gpus: fc.constantFrom(1, 2, 4, 8, 8, 8),
      cpuMillis: fc.constantFrom(8_000, 16_000, 32_000),
      memoryBytes: fc.constantFrom(8, 24, 64),
      ephemeralBytes: fc.constantFrom(4, 20, 40),
      open: fc.constantFrom('all', 'all', 'all', 'all', 'all', 'first', 'none'),
      closesIn: fc.constantFrom(null, null, null, null, 1_000, 3_000),
      rack: fc.constantFrom(null, 'r1', 'r2', 'r2', 'r3'),
      switchName: fc.constantFrom(null, null, 's1', 's2'),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drawn) =>
    drawn.map(({ classes, gpus, cpuMillis, memoryBytes, ephemeralBytes, open, closesIn, rack, switchName }, index) => ({
      ...{ name: `n${index}`, gpus: Object.fromEntries(classes.map((code) => [code, gpus])), cpuMillis, memoryBytes, ephemeralBytes },
      openTo: open === 'all' ? classes : open === 'first' ? classes.slice(0, 1) : [],
      ...((rack ?? switchName) !== null && {
        domains: { ...(rack !== null && { rack }), ...(switchName !== null && { switch: switchName }) },
      }),
      ...(closesIn !== null && { closesAt: NOW + closesIn }),
    })),
  );

const jobs: fc.Arbitrary<QueuedJob[]> = fc
  .array(
    fc.record({
      tenantId: fc.constantFrom(...TENANTS),
      gpuClass: fc.constantFrom('h800', 'h800', 'slice'),
      priority: fc.constantFrom('high' as const, 'normal' as const, 'low' as const),
      replicas: fc.constantFrom(1, 1, 1, 1, 2, 3, 4),
      replica,
      longestSeconds: fc.integer({ min: 1, max: 5_000 }),
      queuedAt: fc.integer({ min: NOW - 100, max: NOW }),
      returned: fc.nat({ max: 9 }).map((draw) => draw === 0),
      avoided: fc.constantFrom(null, null, null, null, null, null, ['n0'], ['n0', 'n1', 'n2']),
      topology: fc.constantFrom(
        null,
        null,
        null,
        'require rack',
        'require rack',
        'prefer rack',
        'require switch',
        'prefer nvlink',
        'require nvlink',
      ),
      inProject: fc.boolean(),
      unfunded: fc.nat({ max: 19 }).map((draw) => draw === 0),
    }),
    { maxLength: 14 },
  )
  .map((drawn) =>
    drawn.map(({ avoided, unfunded, inProject, returned, topology, ...job }, index) => ({
      ...{ id: `j${index}`, ...job },
      ...(returned && { waitingSince: NOW - 20 }),
      ...(topology !== null && { topology: topologyOf(topology) }),
      ...(inProject && job.tenantId === 't1' && { projectId: 'p1' }),
      ...(avoided !== null && { avoidedNodes: new Set(avoided), avoidedBecause: 'A node rejected it.' }),
      ...(unfunded && { inadmissible: { reason: 'funds', detail: '¥3.00 short.' } as const }),
    })),
  );

function topologyOf(text: string): Topology {
  const [mode, key = ''] = text.split(' ');
  return { mode: mode === 'require' ? 'require' : 'prefer', key };
}

/** t1 and t2 are a group in half of the parks; t1 has a project. A limit is never below the share. */
const limitTree: fc.Arbitrary<LimitTree> = fc
  .record({
    grouped: fc.boolean(),
    limits: fc.array(
      fc.record({
        node: fc.constantFrom(...TENANTS, 'g1', 'p1', PARK),
        gpuClass: fc.constantFrom(...CLASSES),
        share: fc.option(fc.integer({ min: 0, max: 12 })),
        beyond: fc.option(fc.integer({ min: 0, max: 12 })),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ grouped, limits }) => ({
    groupOf: new Map(grouped ? [['t1', 'g1'] as const, ['t2', 'g1'] as const] : []),
    limits: new Map(
      limits.map(({ node, gpuClass, share, beyond }) => [
        limitKey(node, gpuClass),
        { share, maxGpus: beyond === null ? null : (share ?? 0) + beyond },
      ]),
    ),
  }));

const policy: fc.Arbitrary<Policy> = fc
  .record({
    fairShare: fc.boolean(),
    backfill: fc.constantFrom(true, true, true, false),
    placement: fc.constantFrom('pack' as const, 'pack' as const, 'spread' as const),
    limits: limitTree,
    preemption: fc.boolean(),
    preemptibleWaitSeconds: fc.constantFrom(0, 50, 86_400),
    weight: fc.integer({ min: 1, max: 4 }),
    estimates: fc.constantFrom(0, 1, 3, 100),
    mostStarts: fc.constantFrom(1, 3, Infinity, Infinity),
    mostStartsOfT1: fc.constantFrom(1, Infinity),
  })
  .map(({ limits, weight, mostStartsOfT1, ...shared }) => ({
    ...{ ...DEFAULT_POLICY, ...shared },
    limits,
    classWeights: new Map([['h800', weight]]),
    mostStartsOfTenant: new Map([['t1', mostStartsOfT1]]),
  }));

/** What an earlier cycle started, each since a while. Pods of two of them are on another node than decided. */
function gangsOf(earlier: readonly QueuedJob[], snapshot: Snapshot): Gang[] {
  const byId = new Map(earlier.map((job) => [job.id, job]));
  return plainCycle(earlier, snapshot, new Map(), { ...DEFAULT_POLICY, estimates: 0 }, NOW - 500).flatMap((decision) => {
    const job = byId.get(decision.jobId);
    if (decision.verdict === 'wait' || job === undefined) return [];
    const { id, tenantId, projectId, gpuClass, replica: each, longestSeconds } = job;
    const owner = { tenantId, ...(projectId !== undefined && { projectId }) };
    return [
      { admissionId: `${id}/1`, ...owner, gpuClass, replica: each, placement: decision.placement, endsBy: NOW - 500 + longestSeconds },
    ];
  });
}

/** Any cycle that can happen, small enough for the plain cycle. */
export const anyCycle: fc.Arbitrary<CycleScenario> = fc
  .record({ nodes, queue: jobs, earlier: jobs, policy, used: fc.nat({ max: 20_000 }), strays: fc.nat({ max: 2 }) })
  .map(({ nodes: capacities, queue, earlier, policy: shared, used, strays }) => {
    const gangs = gangsOf(earlier, { nodes: capacities, pods: [], gangs: [] });
    const pods = gangs.slice(0, strays).map(({ admissionId, gpuClass, replica: each }, index) => ({
      ...{ admissionId: index === 0 ? admissionId : 'ended/1', index: 0, gpuClass, node: 'n0', replica: each },
    }));
    return { queue, snapshot: { nodes: capacities, pods, gangs }, usage: new Map([['t1', used]]), policy: shared };
  });
