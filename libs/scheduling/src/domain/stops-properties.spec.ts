import fc from 'fast-check';
import { anyCycle, type CycleScenario, NOW } from '../testing/any-cycle.ts';
import { plainInUse, plainPath } from '../testing/plain-limits.ts';
import { isSound, plainNodes, withOccupants } from '../testing/plain-nodes.ts';
import { cycle } from './cycle.ts';
import { limitKey } from './limit-tree.ts';
import type { Policy, QueuedJob } from './queue.ts';
import { gpusOf } from './shape.ts';
import { occupants, type Snapshot } from './snapshot.ts';
import { type RunningJob, type Stop, stopsFor } from './stops.ts';

/** What waits and what runs. */
interface ParkState {
  readonly waiting: readonly QueuedJob[];
  readonly active: readonly RunningJob[];
}

/** A park in which some of the running jobs are preemptible, and all may be stopped. */
const anyPark = fc
  .tuple(anyCycle, fc.infiniteStream(fc.nat({ max: 9_000 })), fc.infiniteStream(fc.boolean()))
  .map(([{ queue, snapshot, usage, policy }, ages, lows]) => {
    const active = snapshot.gangs.map((gang): RunningJob => {
      const { admissionId: id, tenantId, gpuClass, replica, placement } = gang;
      const priority = lows.next().value === true ? 'low' : 'normal';
      const shape = { gpuClass, replica, replicas: placement.length };
      const job: QueuedJob = { id, tenantId, ...shape, priority, queuedAt: NOW - 9_500, longestSeconds: 20_000 };
      const owner = gang.projectId === undefined ? job : { ...job, projectId: gang.projectId };
      return { job: owner, gang, isStopping: false, startedAt: NOW - (ages.next().value ?? 0) };
    });
    const unlimited = { ...policy, shieldedSeconds: 0, mostStarts: Infinity, mostStartsOfTenant: new Map<string, number>(), estimates: 0 };
    return { queue, nodes: snapshot.nodes, usage, policy: unlimited, active };
  });

interface Decided {
  readonly stops: readonly Stop[];
  readonly started: readonly RunningJob[];
}

function decide(
  { waiting, active }: ParkState,
  { nodes, usage, policy }: { readonly nodes: Snapshot['nodes']; readonly usage: CycleScenario['usage']; readonly policy: Policy },
): Decided {
  const snapshot = { nodes, pods: [], gangs: active.map(({ gang }) => gang) };
  const decisions = cycle(waiting, snapshot, usage, policy, NOW);
  const started = decisions.flatMap((decision): RunningJob[] => {
    const job = waiting.find(({ id }) => id === decision.jobId);
    if (decision.verdict === 'wait' || job === undefined) return [];
    const gang = { ...job, admissionId: job.id, placement: decision.placement, endsBy: NOW + job.longestSeconds };
    return [{ job, gang, isStopping: false, startedAt: NOW }];
  });
  return { stops: stopsFor({ queue: waiting, snapshot, usage, policy, now: NOW, decisions }, active), started };
}

/** The park after the starts and the stops. */
function after({ waiting, active }: ParkState, { stops, started }: Decided): ParkState {
  const stopped = new Set(stops.map(({ jobId }) => jobId));
  const begun = new Set(started.map(({ job }) => job.id));
  const returned = active.filter(({ job }) => stopped.has(job.id)).map(({ job }) => ({ ...job, waitingSince: NOW }));
  return {
    waiting: [...waiting.filter(({ id }) => !begun.has(id)), ...returned],
    active: [...active.filter(({ job }) => !stopped.has(job.id)), ...started],
  };
}

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

  it('comes to rest: what is taken back or preempted is not taken again in turns (no ping-pong)', () => {
    let stopsInAll = 0;
    fc.assert(
      fc.property(anyPark, ({ queue, active, ...park }) => {
        let state: ParkState = { waiting: queue, active };
        const mostRounds = 3 * (queue.length + active.length) + 3;
        for (let round = 0; ; round += 1) {
          expect(round).toBeLessThan(mostRounds);
          const decided = decide(state, park);
          stopsInAll += decided.stops.length;
          if (decided.stops.length === 0 && decided.started.length === 0) return;
          state = after(state, decided);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(stopsInAll).toBeGreaterThan(30);
  });

  it('stops nothing in vain: each job that others are stopped for starts in the next cycle, and no node holds more than it has', () => {
    fc.assert(
      fc.property(anyPark, ({ queue, active, ...park }) => {
        const first = decide({ waiting: queue, active }, park);
        const state = after({ waiting: queue, active }, first);
        const { started } = decide(state, park);
        const begun = new Set(started.map(({ job }) => job.id));
        for (const { forJobId } of first.stops) expect(begun).toContain(forJobId);
        const gangs = [...state.active, ...started].map(({ gang }) => gang);
        expect(isSound(withOccupants(plainNodes(park.nodes, []), occupants({ nodes: park.nodes, pods: [], gangs }, NOW)))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stops only what borrows or is preemptible, for a job that is not, and only with preemption where nobody has a share', () => {
    fc.assert(
      fc.property(anyPark, ({ queue, active, ...park }) => {
        const { stops } = decide({ waiting: queue, active }, park);
        const hasShares = [...park.policy.limits.limits.values()].some(({ share }) => share !== null);
        for (const { jobId, forJobId, kind } of stops) {
          const stopped = active.find(({ job }) => job.id === jobId)?.job;
          const waiting = queue.find(({ id }) => id === forJobId);
          if (kind === 'reclaimed') expect(hasShares).toBe(true);
          else expect([park.policy.preemption, stopped?.priority === 'low', waiting?.priority === 'low']).toEqual([true, true, false]);
        }
        expect(new Set(stops.map(({ jobId }) => jobId)).size).toBe(stops.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stops the same jobs in whatever order everything is given (S7)', () => {
    fc.assert(
      fc.property(anyPark, ({ queue, active, ...park }) => {
        const { stops } = decide({ waiting: queue, active }, park);
        const reversed = { ...park, nodes: park.nodes.toReversed() };
        expect(decide({ waiting: queue.toReversed(), active: active.toReversed() }, reversed).stops).toEqual(stops);
      }),
      { numRuns: 500 },
    );
  });
});
