import { DomainError } from '#kernel';

/** States of rule J1. Money is held from `Admitted` until a state without pods is reached. */
export const JOB_STATES = [
  'Queued',
  'Admitted',
  'Starting',
  'Running',
  'Suspending',
  'Suspended',
  'Succeeded',
  'Failed',
  'Cancelled',
  'TimedOut',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Final states. */
export const TERMINAL_STATES = ['Succeeded', 'Failed', 'Cancelled', 'TimedOut'] as const satisfies readonly JobState[];
/** States in which a job has, or may have, pods: the cluster is reconciled to them, and the job has holds. */
export const ACTIVE_STATES = ['Admitted', 'Starting', 'Running', 'Suspending'] as const satisfies readonly JobState[];

/** Everything that can happen to a submitted job. */
export const JOB_EVENTS = [
  'admitted',
  'created',
  'started',
  'rolled-back',
  'stop-requested',
  'stopped',
  'resumed',
  'cancel-requested',
  'cancelled',
  'succeeded',
  'failed',
  'timed-out',
] as const;
export type JobEventKind = (typeof JOB_EVENTS)[number];

/** What the state machine decides on. */
export interface JobCondition {
  readonly state: JobState;
  /** Admissions so far. */
  readonly attempt: number;
  /** Somebody asked for a cancellation; it stays until the pods are gone. */
  readonly cancelRequested: boolean;
}

interface Rule {
  readonly from: readonly JobState[];
  readonly to: (job: JobCondition) => JobState;
  /** A further condition, and the refusal where it does not hold. */
  readonly guard?: { readonly holds: (job: JobCondition) => boolean; readonly otherwise: string };
}

const notCancelled = { holds: (job: JobCondition) => !job.cancelRequested, otherwise: 'its cancellation was asked for' };
const cancellationRequested = { holds: (job: JobCondition) => job.cancelRequested, otherwise: 'nobody asked for its cancellation' };
const PODS_ENDED_FROM = ACTIVE_STATES;

/** Rule J1: for each event the states from which it is possible, the state it leads to, and its guard. */
const RULES: Readonly<Record<JobEventKind, Rule>> = {
  /** Funds are held and nodes are found: the next attempt begins. */
  admitted: { from: ['Queued'], to: () => 'Admitted', guard: notCancelled },
  /** The cluster has accepted the objects of the attempt. */
  created: { from: ['Admitted'], to: () => 'Starting' },
  /** All pods run. A short pod can be seen running before the creation of its objects is recorded. */
  started: { from: ['Admitted', 'Starting'], to: () => 'Running' },
  /** The gang did not start in time, or a failure of the platform took it: the job returns to the queue (rule J4). */
  'rolled-back': { from: ['Admitted', 'Starting', 'Running'], to: () => 'Queued', guard: notCancelled },
  /** A graceful stop: its funds are exhausted (rule F6), its company is no longer active, it is preempted, its node needs maintenance, or a person asked. */
  'stop-requested': { from: ['Admitted', 'Starting', 'Running'], to: () => 'Suspending', guard: notCancelled },
  /** All pods have ended after a stop. */
  stopped: { from: ['Suspending'], to: () => 'Suspended', guard: notCancelled },
  resumed: { from: ['Suspended'], to: () => 'Queued', guard: notCancelled },
  /** Takes effect at once where there are no pods. Otherwise the state stays until they are gone. Asking again changes nothing. */
  'cancel-requested': {
    from: ['Queued', 'Suspended', ...ACTIVE_STATES],
    to: (job) => (job.state === 'Queued' || job.state === 'Suspended' ? 'Cancelled' : job.state),
  },
  /** All pods have ended after a cancellation. */
  cancelled: { from: PODS_ENDED_FROM, to: () => 'Cancelled', guard: cancellationRequested },
  /** The three ways in which an attempt ends by itself, even if nobody saw it run, or if it ended before a stop reached it. */
  succeeded: { from: PODS_ENDED_FROM, to: () => 'Succeeded' },
  failed: { from: PODS_ENDED_FROM, to: () => 'Failed' },
  'timed-out': { from: PODS_ENDED_FROM, to: () => 'TimedOut' },
};

export function isTerminal(state: JobState): boolean {
  return TERMINAL_STATES.some((terminal) => terminal === state);
}

export function isActive(state: JobState): boolean {
  return ACTIVE_STATES.some((active) => active === state);
}

/** Whether `event` is possible for `job` now. */
export function canApply(job: JobCondition, event: JobEventKind): boolean {
  const rule = RULES[event];
  return rule.from.includes(job.state) && (rule.guard?.holds(job) ?? true);
}

/**
 * The condition of `job` after `event` (rule J1).
 * @throws DomainError `job.transition-refused` where the event is not possible for a job in this condition
 */
export function applyTransition(job: JobCondition, event: JobEventKind): JobCondition {
  const rule = RULES[event];
  if (!rule.from.includes(job.state)) throw refused(event, `the job is ${job.state}`);
  if (rule.guard?.holds(job) === false) throw refused(event, rule.guard.otherwise);
  return {
    state: rule.to(job),
    attempt: event === 'admitted' ? job.attempt + 1 : job.attempt,
    cancelRequested: job.cancelRequested || event === 'cancel-requested',
  };
}

function refused(event: JobEventKind, because: string): DomainError {
  return new DomainError('job.transition-refused', {
    detail: `"${event}" is not possible: ${because}.`,
    remedy: 'Look at the state of the job again.',
    kind: 'conflict',
  });
}
