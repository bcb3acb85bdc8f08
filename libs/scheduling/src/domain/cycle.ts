import type { Instant } from '#kernel';
import { CycleState } from './cycle-state.ts';
import type { Decision, Wait } from './decision.ts';
import { Explanations } from './explanations.ts';
import { FairOrder, type GpuUse } from './fair-share.ts';
import { sentenceOfExcess } from './limit-tree.ts';
import { yieldsTurn } from './preemption.ts';
import type { Policy, QueuedJob } from './queue.ts';
import { gpusOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** What a cycle has found so far. A job without a decision waits for nodes, and is explained at the end. */
interface Progress {
  readonly decisions: (Decision | QueuedJob)[];
  readonly waitingForNodes: QueuedJob[];
  readonly started: QueuedJob[];
}

/**
 * One cycle of the scheduler (rules S1–S7). It depends on its arguments only and reads no clock and no database. The decisions are
 * in the order in which the jobs were considered: first the jobs that stay within a share (rule S2), where the policy has shares, then all
 * others; in both parts preemptible jobs come last (rule S5). A caller that cannot hold the funds of a started job sets that job's `inadmissible` and runs the cycle again, so that another job
 * gets its place. The cycle returns no decision for jobs after the last of `policy.mostStarts`, or after a tenant's last of
 * `policy.mostStartsOfTenant`.
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
  const progress: Progress = { decisions: [], waitingForNodes: [], started: [] };
  const ordered = (jobs: readonly QueuedJob[]): FairOrder => {
    const running = snapshot.gangs.map(({ tenantId, gpuClass, replica, placement }): GpuUse => {
      return { tenantId, gpuClass, gpus: replica.gpus * placement.length };
    });
    const started = progress.started.map((job): GpuUse => ({ tenantId: job.tenantId, gpuClass: job.gpuClass, gpus: gpusOf(job) }));
    return new FairOrder(jobs, usage, [...running, ...started], policy);
  };
  const withinShares = (jobs: readonly QueuedJob[]): readonly QueuedJob[] =>
    state.limits.hasShares ? consider(ordered(jobs), state, policy, progress, (job) => state.limits.isWithinShare(job)) : jobs;
  // Whoever stays within a share comes before all others, so that nobody borrows what its owner waits for.
  const yielding = queue.filter((job) => yieldsTurn(job, policy, now));
  const firm = yielding.length === 0 ? queue : queue.filter((job) => !yieldsTurn(job, policy, now));
  for (const jobs of [firm, yielding].map(withinShares)) consider(ordered(jobs), state, policy, progress, () => true);
  const explanations = new Explanations(state, progress.waitingForNodes, policy.estimates);
  return progress.decisions.map((decision) => ('verdict' in decision ? decision : explanations.of(decision)));
}

/** Decides on the jobs whose turn it is, in their order. @returns those whose turn it is not */
function consider(
  order: FairOrder,
  state: CycleState,
  policy: Policy,
  { decisions, waitingForNodes, started }: Progress,
  isTurn: (job: QueuedJob) => boolean,
): QueuedJob[] {
  const others: QueuedJob[] = [];
  for (let job = order.next(); job !== undefined && started.length < policy.mostStarts; job = order.next()) {
    if (state.startsOf(job.tenantId) >= (policy.mostStartsOfTenant.get(job.tenantId) ?? Infinity)) continue;
    if (!isTurn(job)) {
      others.push(job);
      continue;
    }
    // 1. Reasons that have nothing to do with nodes: funds, quota, a paused tenant, a concurrency limit.
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
      started.push(job);
      decisions.push({ jobId: job.id, verdict: 'start', placement });
      continue;
    }
    // 3. The first job of its class that does not fit gets the reservation.
    state.reserveFor(job);
    waitingForNodes.push(job);
    decisions.push(job);
  }
  return others;
}

function waitOfInadmissible(job: QueuedJob, state: CycleState): Wait | undefined {
  if (job.inadmissible !== undefined) return { jobId: job.id, verdict: 'wait', ...job.inadmissible };
  const excess = state.limits.excessOf(job);
  if (excess === undefined) return undefined;
  return { jobId: job.id, verdict: 'wait', reason: 'concurrency limit', detail: sentenceOfExcess(excess, job.gpuClass) };
}
