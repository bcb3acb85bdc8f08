import fc from 'fast-check';
import { anyCycle, NOW } from '../testing/any-cycle.ts';
import { decide, gang, job, node, now, snapshot, started, waitOf } from '../testing/some-cycle.ts';
import { cycle } from './cycle.ts';
import type { Start } from './decision.ts';
import { DEFAULT_POLICY } from './queue.ts';
import { stopsFor } from './stops.ts';
import { waitingStates } from './waiting-reasons.ts';

const inRack = (name: string, rack: string, gpus = 8) => node(name, gpus, { domains: { rack } });
const required = { topology: { key: 'rack', mode: 'require' } } as const;
const prefer = { topology: { key: 'rack', mode: 'prefer' } } as const;
const placementOf = (decisions: ReturnType<typeof decide>, id = 'j') =>
  decisions.find((decision): decision is Start => decision.jobId === id && decision.verdict === 'start')?.placement;

describe('a gang that asks for a domain of nodes', () => {
  it('never starts on nodes of several domains where it requires one (S2)', () => {
    fc.assert(
      fc.property(anyCycle, ({ queue, snapshot: cluster, usage, policy }) => {
        for (const decision of cycle(queue, cluster, usage, policy, NOW)) {
          const { topology } = queue.find(({ id }) => id === decision.jobId)!;
          if (decision.verdict === 'wait' || topology?.mode !== 'require') continue;
          const domains = decision.placement.map((name) => cluster.nodes.find((each) => each.name === name)!.domains?.[topology.key]);
          expect(new Set(domains).size).toBe(1);
          expect(domains[0]).toBeDefined();
        }
      }),
      { numRuns: 1_000 },
    );
  });

  // r1 has 4 nodes, r2 has 2 and r3 has 3; n9 is in no rack.
  const nodes = [
    ...['a', 'b', 'c', 'd'].map((name) => inRack(name, 'r1')),
    ...['e', 'f'].map((name) => inRack(name, 'r2')),
    ...['g', 'h', 'i'].map((name) => inRack(name, 'r3')),
    node('n9'),
  ];

  it.each([
    [2, ['e', 'f']],
    [3, ['g', 'h', 'i']],
    [4, ['a', 'b', 'c', 'd']],
  ])('gets the smallest domain that holds its %i nodes, required, preferred or not asked for (S4)', (replicas, expected) => {
    for (const topology of [required, prefer, {}])
      expect(placementOf(decide([job('j', replicas, 8, topology)], snapshot(nodes)))).toEqual(expected);
  });

  it('starts elsewhere where no domain holds it and it only prefers one', () => {
    expect(placementOf(decide([job('j', 5, 8, prefer)], snapshot(nodes)))).toHaveLength(5);
    expect(started(decide([job('j', 5, 8, required)], snapshot(nodes)))).toEqual([]);
  });

  it('leaves no more fragments for the sake of a domain that is not asked for', () => {
    const cluster = snapshot(nodes, [gang('r/1', ['a'], 6, 600), gang('s/1', ['g'], 6, 600)]);
    expect(placementOf(decide([job('j', 2, 2)], cluster))).toEqual(['a', 'g']);
    expect(placementOf(decide([job('j', 2, 2, prefer)], cluster))).toEqual(['e', 'e']);
  });

  it('has a reservation in the domain that is free first, which backfill does not delay (S3)', () => {
    const cluster = snapshot(nodes, [
      gang('r/1', ['e'], 8, 1_000),
      gang('s/1', ['a', 'b', 'c', 'd'], 8, 9_000),
      gang('t/1', ['g', 'h'], 8, 5_000),
    ]);
    const waiting = [
      job('j', 2, 8, { ...required, queuedAt: now - 100 }),
      job('long', 1, 8, { queuedAt: now - 50, longestSeconds: 4_000 }),
      job('longer', 2, 8, { queuedAt: now - 40, longestSeconds: 4_000 }),
    ];
    const decisions = decide(waiting, cluster, { fairShare: false });
    expect(waitOf(decisions, 'j').expectedStart).toBe(now + 1_000);
    // One node outside the reserved rack r2 is free beside n9: the gang of two gets both only where neither is kept for `j`.
    expect(started(decisions)).toEqual(['long']);
    expect(placementOf(decisions, 'long')).not.toContain('f');
    expect(waitOf(decisions, 'longer').reason).toBe('behind reservation');
  });

  it('is told which domain can take the most of it and how many replicas are missing there (S6)', () => {
    const cluster = snapshot(nodes, [gang('r/1', ['a', 'b'], 8, 1_000), gang('s/1', ['g'], 4, 1_000)]);
    const queue = [job('j', 4, 8, required), job('k', 2, 8, { topology: { key: 'nvlink', mode: 'require' } })];
    const decisions = decide(queue, cluster);
    const detail =
      'Needs 4 × 8 GPUs of h800 within one domain "rack"; r3 can take the most of it now, 2 of 4 replicas with 20 GPUs free: 2 more must fit there.';
    expect(waitOf(decisions, 'j')).toMatchObject({ reason: 'capacity', detail, expectedStart: now + 1_000 });
    expect(waitOf(decisions, 'k').detail).toContain('no node of h800 is in one');
    expect(waitOf(decisions, 'k').expectedStart).toBeUndefined();
    const state = waitingStates({ queue, decisions, snapshot: cluster, policy: DEFAULT_POLICY, now });
    expect(state.get('j')?.reasons[0]).toMatchObject({
      detail,
      facts: { topologyKey: 'rack', domain: 'r3', placesThere: 2, missingReplicas: 2 },
    });
  });

  it('takes back a share only within one domain, and stops nothing elsewhere (S2)', () => {
    const racks = [inRack('a', 'r1'), inRack('b', 'r1'), inRack('c', 'r2'), inRack('d', 'r2')];
    const borrowed = ['a', 'c', 'b', 'd'].map((name, index) => {
      const id = `${name}-job`;
      const running = job(id, 1, 8, { tenantId: 'borrower' });
      return { job: running, gang: gang(`${id}/1`, [name], 8, 9_000, 'borrower'), startedAt: now - 3_600 * (index + 1), isStopping: false };
    });
    const queue = [job('j', 2, 8, { ...required, tenantId: 'owner' })];
    const cluster = snapshot(
      racks,
      borrowed.map((each) => each.gang),
    );
    const policy = { ...DEFAULT_POLICY, limits: { groupOf: new Map(), limits: new Map([['owner/h800', { share: 16, maxGpus: null }]]) } };
    const decisions = cycle(queue, cluster, new Map(), policy, now);
    const stops = stopsFor({ queue, snapshot: cluster, usage: new Map(), policy, now, decisions }, borrowed);
    expect(stops.map(({ jobId }) => jobId).sort()).toEqual(['a-job', 'b-job']);
  });
});
