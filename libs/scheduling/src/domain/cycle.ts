import type { Instant } from '#kernel';
import { CycleState } from './cycle-state.ts';
import type { Decision, Wait } from './decision.ts';
import { Explanations } from './explanations.ts';
import { FairOrder } from './fair-share.ts';
import type { Policy, QueuedJob } from './queue.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * One cycle of the scheduler (rules S1–S4, S6, S7). It depends on its arguments only and reads no clock and no database. The decisions are
 * in the order in which the jobs were considered. A caller that cannot hold the funds of a started job sets that job's `inadmissible` and
 * runs the cycle again, so that another job gets its place. The cycle returns no decision for jobs after the last of `policy.mostStarts`,
 * or after a tenant's last of `policy.mostStartsOfTenant`.
 * @param usage each tenant's usage (`decayedUsage`)
 */
export function cycle(
  queue: readonly QueuedJob[],
  snapshot: Snapshot,
  usage: ReadonlyMap<string, number>,
  policy: Policy,
  now: Instant,
): Decision[] {
  const state = new CycleState(snapshot, policy, now);
  const order = new FairOrder(queue, usage, snapshot.gangs, policy);
  const decisions: (Decision | QueuedJob)[] = [];
  const waitingForNodes: QueuedJob[] = [];

  let starts = 0;
  for (let job = order.next(); job !== undefined && starts < policy.mostStarts; job = order.next()) {
    if (state.startsOf(job.tenantId) >= (policy.mostStartsOfTenant.get(job.tenantId) ?? Infinity)) continue;
    // 1. Reasons that have nothing to do with nodes: funds, quota, a paused tenant, the concurrency limit.
    const inadmissible = waitOfInadmissible(job, state);
    if (inadmissible !== undefined) {
      decisions.push(inadmissible);
      continue;
    }
    // 2. Does the whole gang fit now, beside the reservation of the first job that did not fit?
    const placement = state.place(job);
    if (placement !== undefined) {
      state.start(job, placement);
      order.started(job);
      starts += 1;
      decisions.push({ jobId: job.id, verdict: 'start', placement });
      continue;
    }
    // 3. The first job of its class that does not fit gets the reservation.
    state.reserveFor(job);
    waitingForNodes.push(job);
    decisions.push(job);
  }
  // 4. Why do the others wait, and when will they start?
  const explanations = new Explanations(state, waitingForNodes, policy.estimates);
  return decisions.map((decision) => ('verdict' in decision ? decision : explanations.of(decision)));
}

function waitOfInadmissible(job: QueuedJob, state: CycleState): Wait | undefined {
  if (job.inadmissible !== undefined) return { jobId: job.id, verdict: 'wait', ...job.inadmissible };
  const excess = state.limitExcess(job);
  if (excess === undefined) return undefined;
  const { limit, inUse, needed } = excess;
  const detail = `The company may use ${limit} GPUs of ${job.gpuClass} at once and uses ${inUse}; this job needs ${needed}.`;
  return { jobId: job.id, verdict: 'wait', reason: 'concurrency limit', detail };
}
