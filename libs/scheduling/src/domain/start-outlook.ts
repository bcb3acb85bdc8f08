import type { Instant } from '#kernel';
import { cycle } from './cycle.ts';
import type { Decision } from './decision.ts';
import type { InadmissibleReason, QueuedJob } from './queue.ts';
import type { DecidedCycle } from './stops.ts';
import { type WaitingReason, waitingStates } from './waiting-reasons.ts';

/** Everything that a cycle decides on (rule S7). */
export type CycleInput = Omit<DecidedCycle, 'decisions'>;

/** When a job would start if it were submitted now. */
export interface StartOutlook {
  readonly startsNow: boolean;
  /** Its place among the waiting jobs of its class, from 1; undefined where it would start now. */
  readonly place?: number;
  /** By the max runtimes, as for a waiting job. */
  readonly expectedStart?: Instant;
  /** Everything that would keep it waiting (rule S6). */
  readonly reasons: readonly WaitingReason[];
}

/** `decided`, where the funds of some jobs that it starts could not be held: these wait instead. */
export function withRefusals(decided: DecidedCycle, refused: ReadonlyMap<string, InadmissibleReason>): DecidedCycle {
  if (refused.size === 0) return decided;
  const queue = decided.queue.map((job): QueuedJob => {
    const inadmissible = refused.get(job.id);
    return inadmissible === undefined ? job : { ...job, inadmissible };
  });
  const decisions = decided.decisions.map((decision): Decision => {
    const reason = refused.get(decision.jobId);
    return reason === undefined ? decision : { jobId: decision.jobId, verdict: 'wait', ...reason };
  });
  return { ...decided, queue, decisions };
}

/** The input of the next cycle, if nothing else happens: what `decided` started runs. */
export function afterCycle({ queue, snapshot, usage, policy, now, decisions }: DecidedCycle): CycleInput {
  const placements = new Map(decisions.flatMap((each) => (each.verdict === 'start' ? [[each.jobId, each.placement] as const] : [])));
  const gangs = queue.flatMap((job) => {
    const placement = placements.get(job.id);
    return placement === undefined ? [] : [{ ...job, admissionId: job.id, placement, endsBy: now + job.longestSeconds }];
  });
  return {
    ...{ usage, policy, now, queue: queue.filter(({ id }) => !placements.has(id)) },
    snapshot: { ...snapshot, gangs: [...snapshot.gangs, ...gangs] },
  };
}

/** What the next cycle would decide on `job`, if it were submitted now (rules S1–S4, S6). */
export function startOutlook(input: CycleInput, job: QueuedJob): StartOutlook {
  const { snapshot, usage, now } = input;
  const queue = [...input.queue, job];
  // How many pods are created at once has nothing to do with a single job.
  const policy = { ...input.policy, mostStarts: Infinity, mostStartsOfTenant: new Map<string, number>() };
  const decisions = cycle(queue, snapshot, usage, policy, now);
  const own = decisions.find(({ jobId }) => jobId === job.id);
  if (own === undefined || own.verdict === 'start') return { startsNow: own !== undefined, reasons: [] };
  const classes = new Map(queue.map(({ id, gpuClass }) => [id, gpuClass]));
  const ofClass = decisions.filter(({ jobId, verdict }) => verdict === 'wait' && classes.get(jobId) === job.gpuClass);
  // The reasons of one job need what has started, and who has the reservation; a long queue need not be explained whole.
  const reserved = decisions.find(
    (each) => each.verdict === 'wait' && each.expectedStart !== undefined && classes.get(each.jobId) === job.gpuClass,
  );
  const explained = decisions.filter((each) => each.verdict === 'start' || each === own || each === reserved);
  const state = waitingStates({ queue, snapshot, policy, now, decisions: explained }).get(job.id);
  return {
    ...{ startsNow: false, place: ofClass.indexOf(own) + 1, reasons: state?.reasons ?? [] },
    ...(own.expectedStart !== undefined && { expectedStart: own.expectedStart }),
  };
}
