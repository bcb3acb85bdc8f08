import type { Actor } from '#audit';
import { type GpuSeconds, type Instant, newId, toDate } from '#kernel';
import type { AttemptEnd, JobExit } from './domain/attempt-end.ts';
import type { JobSpec } from './domain/job-spec.ts';
import { applyTransition, canApply, isTerminal, type JobEventKind, type JobState } from './domain/job-state-machine.ts';
import { failuresBeforeAttempt } from './domain/pod-failures.ts';
import { keepsPlace, type Requeue, requeueAfter, requeueAfterStart, type RequeuePolicy, waitingAgain } from './domain/requeue.ts';
import { conditionOf, type Job, whoActed } from './job.ts';
import { isStoppedForAnother } from './job-funding.ts';
import type { JobChange, JobStep } from './job.queries.ts';

/** The reason of a stop that a person asked for. Such a job is resumed by a person only. */
export const BY_A_PERSON = 'by a person';

/** Whether the job is suspended, or on its way to it, because a person asked. */
export function isSuspendedByPerson({ state, stopReason }: Job): boolean {
  return (state === 'Suspending' || state === 'Suspended') && stopReason === BY_A_PERSON;
}

/** A transition of a job (rule J1), with what it brings along. */
export interface Transition {
  readonly kind: JobEventKind;
  /** When it happened; now, unless the cluster knows better. */
  readonly at?: Date;
  readonly reason?: string;
  /** How the attempt ended: with `rolled-back`, `stopped`, `cancelled`, `succeeded`, `failed`, `timed-out`. */
  readonly exit?: JobExit;
  /** With `admitted`: the node of each replica. */
  readonly placement?: readonly string[];
  /** With `rolled-back`, of an attempt that did not start: what the job takes along to the queue. */
  readonly requeue?: Requeue;
  /** Further facts for the reader of the event. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** An attempt that is over and metered whole. */
export interface SettledAttempt {
  readonly end: AttemptEnd;
  readonly endedAt: Instant;
  /** What it was charged, over all its pods. */
  readonly gpuSeconds: GpuSeconds;
}

/**
 * The transition that ends an attempt of `job` (rule J1). A cancellation that was requested after the end had been decided replaces its
 * event. What returns to the queue takes its `requeue` along (rule J4).
 */
export function settlingTransition(job: Job, settled: SettledAttempt, policy: RequeuePolicy, now: Instant): Transition {
  const { cause, event, exit } = settled.end;
  const condition = conditionOf(job);
  const kind = condition.cancelRequested && canApply(condition, 'cancelled') ? 'cancelled' : event;
  const requeue = kind === 'rolled-back' ? requeueAfter(settled.end, job.requeue, policy, now) : undefined;
  const data = { gpuSeconds: settled.gpuSeconds.toString(), cause, detail: exit.detail };
  return { kind, at: toDate(settled.endedAt), exit, reason: exit.reason, data, ...(requeue !== undefined && { requeue }) };
}

/** The job as the transition leaves it, and its event. @throws DomainError `job.transition-refused` */
export function stepOf(before: Job, change: Transition, at: Date, actor: Actor): JobStep {
  const { state, attempt } = applyTransition(conditionOf(before), change.kind);
  const job = { ...before, ...changeBy(before, change, at, state), state, attempt };
  const told = { reason: change.reason ?? change.exit?.reason ?? null, data: change.data ?? null };
  return { job, event: { ...eventOf(job, actor, at), ...told, kind: change.kind, fromState: before.state, toState: state } };
}

/** A job as it is submitted. */
export function submittedJob(actor: Actor, tenantId: string, spec: JobSpec, at: Date): Job {
  const { name, gpuClass, replicas, gpusPerReplica, maxRuntimeSeconds, priority, selfPay } = spec;
  return {
    ...{ id: newId('job'), tenantId, spec, name, gpuClass, replicas, gpusPerReplica, maxRuntimeSeconds, priority, selfPay },
    ...{ graceSeconds: spec.checkpoint.graceSeconds, state: 'Queued', attempt: 0, submittedBy: actor.id, submittedAt: at, queuedAt: at },
    ...{ placement: null, admittedAt: null, startedAt: null, endedAt: null, exit: null, waiting: null },
    ...{ cancelRequestedAt: null, stopRequestedAt: null, stopReason: null, decidedEnd: null, requeue: null, podFailures: null },
    ...{ exhaustsAt: null, warnedSeconds: null },
  };
}

/** What every event of a job carries. */
export function eventOf(job: Job, actor: Actor, at: Date) {
  return { id: newId('event'), at, attempt: job.attempt, actor: whoActed(actor) };
}

/** What a transition changes in addition to state and attempt. */
function changeBy(before: Job, change: Transition, at: Date, state: JobState): JobChange {
  const ended: JobChange = { endedAt: at, exit: change.exit ?? null, waiting: null, exhaustsAt: null };
  switch (change.kind) {
    case 'admitted':
      return {
        admittedAt: at,
        placement: change.placement ?? null,
        startedAt: null,
        endedAt: null,
        exit: null,
        waiting: null,
        decidedEnd: null,
        podFailures: failuresBeforeAttempt(before.podFailures),
        warnedSeconds: null,
      };
    case 'created':
      return {};
    case 'started':
      return { startedAt: at, requeue: requeueAfterStart(before.requeue) };
    case 'rolled-back':
      return {
        ...{ admittedAt: null, placement: null, startedAt: null, exhaustsAt: null, exit: change.exit ?? null },
        ...(change.requeue !== undefined && { requeue: change.requeue }),
        ...(change.requeue !== undefined && !keepsPlace(change.requeue, before.requeue) && { queuedAt: at }),
      };
    case 'stop-requested':
      return { stopRequestedAt: at, stopReason: change.reason ?? null };
    case 'resumed':
      return {
        ...(!isStoppedForAnother(before.stopReason) && { queuedAt: at }),
        placement: null,
        admittedAt: null,
        startedAt: null,
        endedAt: null,
        exit: null,
        requeue: isStoppedForAnother(before.stopReason) ? waitingAgain(at) : null,
        stopRequestedAt: null,
        stopReason: null,
      };
    case 'cancel-requested':
      return { cancelRequestedAt: at, ...(isTerminal(state) && ended) };
    case 'stopped':
    case 'cancelled':
    case 'succeeded':
    case 'failed':
    case 'timed-out':
      return ended;
  }
}
