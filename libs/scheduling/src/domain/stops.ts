import type { Instant } from '#kernel';
import { cycle } from './cycle.ts';
import type { Decision } from './decision.ts';
import type { Policy, QueuedJob } from './queue.ts';
import type { Gang, Snapshot } from './snapshot.ts';
import { type PlannedJob, StopPlan } from './stop-plan.ts';

/** Jobs for which others are stopped in one turn. The next turn continues after them. */
const MOST_CLAIMS = 16;

/** A job that runs, as far as it may be stopped for another. */
export interface RunningJob {
  /** As it would wait again. */
  readonly job: QueuedJob;
  readonly gang: Gang;
  /** Absent: not all of its pods have begun. */
  readonly startedAt?: Instant;
  /** Its last checkpoint mark since then. What it did before is not lost. */
  readonly checkpointAt?: Instant;
  /** It is being stopped already. */
  readonly isStopping: boolean;
}

/** A graceful stop of a job for another one. */
export interface Stop {
  readonly jobId: string;
  readonly forJobId: string;
  /** `reclaimed`: it borrows the share of the other one (rule S2). `preempted`: it is preemptible, and the other one is not (rule S5). */
  readonly kind: 'reclaimed' | 'preempted';
  /** GPU-seconds since its last checkpoint mark, or its start: what is lost if nothing else of it was saved. */
  readonly lostGpuSeconds: number;
}

/** What a cycle was given, and what it decided. */
export interface DecidedCycle {
  readonly queue: readonly QueuedJob[];
  readonly snapshot: Snapshot;
  readonly usage: ReadonlyMap<string, number>;
  readonly policy: Policy;
  readonly now: Instant;
  readonly decisions: readonly Decision[];
}

/**
 * Which jobs are stopped so that waiting jobs start: those that borrow the share of a waiting job (rule S2), and preemptible ones for jobs
 * that are not (rule S5). The cheapest loss comes first. A job is shielded for `policy.shieldedSeconds` from its start. A stop is decided
 * only where the next cycle would give what it frees to a job that it may be stopped for, before everything else that could take it, the
 * stopped jobs included: otherwise stops would repeat.
 * @param active all jobs that had nodes before the cycle
 */
export function stopsFor(decided: DecidedCycle, active: readonly RunningJob[]): Stop[] {
  const running = [...active, ...startedBy(decided)];
  const plan = new StopPlan(decided, running);
  if (!plan.canStopAny) return [];
  const byId = new Map(decided.queue.map((job) => [job.id, job]));
  const chosen = new Set<RunningJob>();
  let claims = 0;
  for (const { jobId, verdict } of decided.decisions) {
    const job = byId.get(jobId);
    if (verdict !== 'wait' || job === undefined || job.inadmissible !== undefined) continue;
    const stops = plan.claim(job);
    for (const stop of stops) chosen.add(stop);
    if (stops.length > 0) claims += 1;
    if (claims === MOST_CLAIMS) break;
  }
  // The next cycle has another order, because who is stopped uses less. Its starts decide what is needed. Fewer stops change its starts again.
  let stops: Stop[] = [];
  for (
    let candidates = chosen;
    candidates.size > 0;
    candidates = new Set(running.filter(({ job }) => stops.some(({ jobId }) => jobId === job.id)))
  ) {
    stops = new StopPlan(decided, running).needed(candidates, startsAfter(candidates, decided, running));
    if (stops.length === candidates.size) break;
  }
  return stops;
}

function startedBy({ queue, decisions, now }: DecidedCycle): RunningJob[] {
  const byId = new Map(queue.map((job) => [job.id, job]));
  return decisions.flatMap((decision): RunningJob[] => {
    const job = byId.get(decision.jobId);
    if (decision.verdict === 'wait' || job === undefined) return [];
    const gang = { ...job, admissionId: job.id, placement: decision.placement, endsBy: now + job.longestSeconds };
    return [{ job, gang, isStopping: false }];
  });
}

/** What the next cycle starts when the jobs of `chosen`, and those that are being stopped, are in the queue again; in its order. */
function startsAfter(
  chosen: ReadonlySet<RunningJob>,
  { queue, snapshot, usage, policy, now, decisions }: DecidedCycle,
  running: readonly RunningJob[],
): PlannedJob[] {
  const gone = running.filter((each) => each.isStopping || chosen.has(each));
  const gangs = running.filter((each) => !gone.includes(each)).map(({ gang }) => gang);
  const kept = new Set(gangs.map(({ admissionId }) => admissionId));
  const started = new Set(decisions.filter(({ verdict }) => verdict === 'start').map(({ jobId }) => jobId));
  const waiting = new Map(queue.filter(({ id }) => !started.has(id)).map((job) => [job.id, job]));
  const returned = gone.map(({ job }) => ({ ...job, waitingSince: now }));
  const after = { nodes: snapshot.nodes, pods: snapshot.pods.filter(({ admissionId }) => kept.has(admissionId)), gangs };
  const next = cycle([...waiting.values(), ...returned], after, usage, { ...policy, estimates: 0 }, now);
  return next.flatMap((decision): PlannedJob[] => {
    const job = waiting.get(decision.jobId);
    return decision.verdict === 'wait' || job === undefined ? [] : [{ job, placement: decision.placement }];
  });
}
