import { formatInstant } from '#kernel';
import { cycle } from './cycle.ts';
import { limitKey } from './limit-tree.ts';
import { DEFAULT_POLICY, type Policy, type QueuedJob } from './queue.ts';
import type { Gang, NodeCapacity, Snapshot } from './snapshot.ts';
import { type WaitingState, waitingStates } from './waiting-reasons.ts';

const now = 1_790_000_000;
const at = (seconds: number): string => formatInstant(now + seconds);

function node(name: string, gpus: number, more: Partial<NodeCapacity> = {}): NodeCapacity {
  return { name, gpus: { h800: gpus }, cpuMillis: 64_000, memoryBytes: 512, openTo: ['h800'], ...more };
}

function job(id: string, replicas: number, gpus: number, more: Partial<QueuedJob> = {}): QueuedJob {
  const replica = { gpus, cpuMillis: 1_000, memoryBytes: 1 };
  const shape = { gpuClass: 'h800', replicas, replica };
  return { id, tenantId: 'own', priority: 'normal', queuedAt: now - 60, longestSeconds: 3_600, ...shape, ...more };
}

function gang(id: string, placement: string[], gpus: number, endsIn: number, tenantId = 'other'): Gang {
  const replica = { gpus, cpuMillis: 1_000, memoryBytes: 1 };
  return { admissionId: `${id}/1`, tenantId, gpuClass: 'h800', replica, placement, endsBy: now + endsIn };
}

function statesOf(queue: QueuedJob[], nodes: NodeCapacity[], gangs: Gang[] = [], policy: Partial<Policy> = {}): Map<string, WaitingState> {
  const snapshot: Snapshot = { nodes, pods: [], gangs };
  const given = { ...DEFAULT_POLICY, fairShare: false, ...policy };
  const decisions = cycle(queue, snapshot, new Map(), given, now);
  return waitingStates({ queue, decisions, snapshot, policy: given, now });
}

describe('what keeps a job waiting (S6)', () => {
  it('tells funds, limit and capacity of one job at once, each with what resolves it', () => {
    const poor = job('poor', 2, 8, { inadmissible: { reason: 'funds', detail: '¥3.00 short.' } });
    const limits = { groupOf: new Map<string, string>(), limits: new Map([[limitKey('own', 'h800'), { share: null, maxGpus: 10 }]]) };
    const gangs = [gang('a', ['n1'], 8, 600), gang('b', ['n2'], 2, 600, 'own')];
    const state = statesOf([poor], [node('n1', 8), node('n2', 8), node('n3', 4)], gangs, { limits }).get('poor');
    expect(state?.reasons.map(({ code }) => code)).toEqual(['funds', 'concurrency limit', 'capacity']);
    expect(state?.reasons.map(({ remedy }) => remedy).every((remedy) => remedy.length > 20)).toBe(true);
    expect(state?.reasons).toMatchObject([
      { detail: '¥3.00 short.', remedy: expect.stringContaining('Top up the wallet') as string },
      { facts: { gpuClass: 'h800', limitGpus: 10, usedGpus: 2, neededGpus: 16 } },
      {
        detail: 'Needs 16 GPUs of h800 as 2 × 8; 10 are free: 6 on 1 node, 4 on 1 node.',
        facts: { gpuClass: 'h800', neededGpus: 16, gpusPerReplica: 8, freeGpus: 10 },
      },
    ]);
  });

  it('says whether a reservation is of the own company, until when, and how the job starts before it, and names no other company', () => {
    const queue = [
      job('head', 2, 8, { tenantId: 'secret', queuedAt: now - 500 }),
      job('long', 1, 4),
      job('poor', 1, 4, { longestSeconds: 900, inadmissible: { reason: 'funds', detail: 'None.' } }),
    ];
    const states = statesOf(queue, [node('n1', 8), node('n2', 8)], [gang('a', ['n1'], 8, 1_000)]);
    expect(states.get('long')?.reasons).toEqual([
      {
        code: 'behind reservation',
        detail: `Enough GPUs of h800 are free, but they are reserved for a job of another company, which starts by ${at(1_000)}.`,
        remedy: `It starts after that job, or at once with a max runtime that ends before ${at(1_000)}.`,
        facts: { gpuClass: 'h800', startsBy: at(1_000), ofOwnCompany: false },
      },
    ]);
    // It ends before the reservation, so only its funds keep it.
    expect(states.get('poor')?.reasons.map(({ code }) => code)).toEqual(['funds']);
    expect(JSON.stringify([states.get('long'), states.get('poor')])).not.toContain('secret');
  });

  it('says from when maintenance keeps nodes closed, beside what is missing without them', () => {
    const states = statesOf([job('long', 1, 8)], [node('n1', 8, { closesAt: now + 1_800 }), node('n2', 2)]);
    expect(states.get('long')?.reasons).toMatchObject([
      { code: 'maintenance', facts: { closesAt: at(1_800) }, remedy: expect.stringContaining(`ends before ${at(1_800)}`) as string },
      { code: 'capacity', detail: 'Needs 8 GPUs of h800 on one node; 10 are free: 8 on 1 node, 2 on 1 node.' },
    ]);
  });

  it('says until when nodes are closed, as announced: the earliest that would hold it, and no end that has passed', () => {
    const closed = { openTo: [] };
    const nodes = [
      node('n1', 8, { ...closed, opensAt: now + 7_200 }),
      node('n2', 8, { ...closed, closesAt: now - 60, opensAt: now + 3_600 }),
      node('n3', 8, { ...closed, opensAt: now - 1 }),
      node('n4', 8, closed),
      node('n5', 2, { opensAt: now + 60 }),
    ];
    const states = statesOf([job('one', 1, 8), job('two', 2, 8), job('three', 3, 8)], nodes);
    const firstOf = (id: string) => states.get(id)?.reasons[0];
    expect(firstOf('one')).toEqual({
      code: 'maintenance',
      detail: `Nodes of h800 that would hold it are closed, and are announced to open again at ${at(3_600)}.`,
      remedy: `It starts when the nodes are open again, not before ${at(3_600)}.`,
      facts: { gpuClass: 'h800', opensAt: at(3_600) },
    });
    expect(firstOf('two')?.facts).toEqual({ gpuClass: 'h800', opensAt: at(7_200) });
    expect(firstOf('three')).toMatchObject({
      detail: 'Nodes of h800 that would hold it are closed, and no end is announced.',
      facts: { gpuClass: 'h800' },
    });
  });

  it('says from when and until when nodes are closed, where a shorter job would fit before', () => {
    const states = statesOf([job('long', 1, 8)], [node('n1', 8, { closesAt: now + 1_800, opensAt: now + 5_400 })]);
    expect(states.get('long')?.reasons[0]).toMatchObject({
      remedy: `It starts when the nodes are open again, not before ${at(5_400)}, or at once with a max runtime that ends before ${at(1_800)}, where enough is free until then.`,
      facts: { closesAt: at(1_800), opensAt: at(5_400) },
    });
  });

  it('counts places by class in the order of the queue, the first hundred exactly', () => {
    const queue = Array.from({ length: 130 }, (_, index) => job(`j${index}`, 1, 8, { queuedAt: now - 900 + index }));
    const states = statesOf([...queue, job('l40', 1, 8, { gpuClass: 'l40' })], [node('n1', 8)], [gang('a', ['n1'], 8, 600)]);
    expect([states.get('j0'), states.get('j99'), states.get('j100'), states.get('l40')].map((state) => state?.place)).toEqual([
      ...[1, 100, undefined, 1],
    ]);
  });
});
