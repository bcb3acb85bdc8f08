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

/** States that nothing leaves. */
export const TERMINAL_STATES = ['Succeeded', 'Failed', 'Cancelled', 'TimedOut'] as const satisfies readonly JobState[];
/** States in which a job has, or may have, pods: the cluster is reconciled to them and their holds stand. */
export const ACTIVE_STATES = ['Admitted', 'Starting', 'Running', 'Suspending'] as const satisfies readonly JobState[];

/** Everything that can happen to a job once it is submitted. */
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

/** What the state machine looks at. */
export interface JobCondition {
  readonly state: JobState;
  /** Admissions so far. */
  readonly attempt: number;
  /** A wish to cancel that stands until the pods are gone. */
  readonly cancelRequested: boolean;
}

interface Rule {
  readonly from: readonly JobState[];
  readonly to: (job: JobCondition) => JobState;
  /** Further condition, and what to say when it does not hold. */
  readonly guard?: { readonly holds: (job: JobCondition) => boolean; readonly otherwise: string };
}

const wantedStill = { holds: (job: JobCondition) => !job.cancelRequested, otherwise: 'its cancellation was asked for' };
const wantedNoMore = { holds: (job: JobCondition) => job.cancelRequested, otherwise: 'nobody asked for its cancellation' };
const PODS_ENDED_FROM = ACTIVE_STATES;

/** Rule J1, whole: for each event the states it may find, where it leads, and its guard. */
const RULES: Readonly<Record<JobEventKind, Rule>> = {
  /** Funds are held and a place is found: begins the next attempt. */
  admitted: { from: ['Queued'], to: () => 'Admitted', guard: wantedStill },
  /** The cluster has accepted the objects of the attempt. */
  created: { from: ['Admitted'], to: () => 'Starting' },
  /** All pods run. Short pods may be seen running before their objects' creation was recorded. */
  started: { from: ['Admitted', 'Starting'], to: () => 'Running' },
  /** The gang did not start in time, or a platform failure took it: back to the queue (rule J4). */
  'rolled-back': { from: ['Admitted', 'Starting', 'Running'], to: () => 'Queued', guard: wantedStill },
  /** Graceful stop: funds exhausted, its company no longer active, preempted, maintenance, or by hand (rule F6). */
  'stop-requested': { from: ['Admitted', 'Starting', 'Running'], to: () => 'Suspending', guard: wantedStill },
  /** All pods have ended after a stop. */
  stopped: { from: ['Suspending'], to: () => 'Suspended', guard: wantedStill },
  resumed: { from: ['Suspended'], to: () => 'Queued', guard: wantedStill },
  /** At once where there are no pods; else the state stays until they are gone. Asking again changes nothing. */
  'cancel-requested': {
    from: ['Queued', 'Suspended', ...ACTIVE_STATES],
    to: (job) => (job.state === 'Queued' || job.state === 'Suspended' ? 'Cancelled' : job.state),
  },
  /** All pods have ended after a cancellation. */
  cancelled: { from: PODS_ENDED_FROM, to: () => 'Cancelled', guard: wantedNoMore },
  /** The three ways in which an attempt ends by itself; also when nobody saw it run, or when it ended before a stop reached it. */
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

/** Whether `event` may happen to `job` now. */
export function canApply(job: JobCondition, event: JobEventKind): boolean {
  const rule = RULES[event];
  return rule.from.includes(job.state) && (rule.guard?.holds(job) ?? true);
}

/**
 * The condition of `job` after `event` (rule J1).
 * @throws DomainError `job.transition-refused` when the event may not happen to a job in this condition
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
