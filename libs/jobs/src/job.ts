import type { Actor } from '#audit';
import { admissionIdOf, DomainError } from '#kernel';
import type { DecidedEnd, JobExit } from './domain/attempt-end.ts';
import type { PodFailures } from './domain/pod-failures.ts';
import type { Requeue } from './domain/requeue.ts';
import type { JobSpec, Priority } from './domain/job-spec.ts';
import type { JobCondition, JobEventKind, JobState } from './domain/job-state-machine.ts';

/** What is looked at to place a job: a cycle of the scheduler reads this of every job that waits or runs, and no more. */
export type PlaceableJob = Pick<
  Job,
  | 'id'
  | 'tenantId'
  | 'name'
  | 'gpuClass'
  | 'replicas'
  | 'gpusPerReplica'
  | 'maxRuntimeSeconds'
  | 'graceSeconds'
  | 'priority'
  | 'selfPay'
  | 'state'
  | 'attempt'
  | 'queuedAt'
  | 'placement'
  | 'startedAt'
  | 'stopRequestedAt'
  | 'requeue'
> & {
  /** Its last checkpoint mark of the attempt that runs. */
  readonly checkpointAt: Date | null;
  readonly spec: Pick<JobSpec, 'gpusPerReplica' | 'cpuMillis' | 'memoryBytes' | 'ephemeralBytes' | 'topology' | 'after'>;
};

/** Why a queued job has not started (rule S6); `reason` is for machines, `detail` for people. */
export interface Waiting {
  readonly reason: string;
  readonly detail: string;
  /** RFC 3339, where it can be computed. */
  readonly expectedStart: string | null;
  /** Where it cannot: about how many jobs of its class come before it. */
  readonly jobsAhead: number | null;
  /** Its place among the waiting jobs of its class, from 1; null where that is not known exactly. */
  readonly place: number | null;
  /** Everything that keeps it waiting; the first is `reason`. */
  readonly reasons: readonly {
    readonly code: string;
    readonly detail: string;
    /** What would resolve it. */
    readonly remedy: string;
    /** The numbers of `detail`, for machines. */
    readonly facts: Readonly<Record<string, string | number | boolean>>;
  }[];
}

export interface Job {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly spec: JobSpec;
  readonly gpuClass: string;
  readonly replicas: number;
  readonly gpusPerReplica: number;
  readonly maxRuntimeSeconds: number;
  readonly graceSeconds: number;
  readonly priority: Priority;
  readonly selfPay: boolean;
  readonly state: JobState;
  /** Admissions so far; the current one is `admissionId`. */
  readonly attempt: number;
  readonly submittedBy: string;
  readonly submittedAt: Date;
  /** Since when it is in the queue. A roll-back keeps it, unless the attempt did not start; so does a stop for another job; a resume renews it. */
  readonly queuedAt: Date;
  /** Node of each replica of the attempt, as it was decided at admission. */
  readonly placement: readonly string[] | null;
  readonly admittedAt: Date | null;
  /** First billable second of the attempt. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly exit: JobExit | null;
  readonly waiting: Waiting | null;
  readonly cancelRequestedAt: Date | null;
  readonly stopRequestedAt: Date | null;
  readonly stopReason: string | null;
  /** Why the controller ends the present attempt, recorded before it stopped the first pod for it; cancellations and stops apart. */
  readonly decidedEnd: DecidedEnd | null;
  /** Pods whose program failed and that were, or are, started again; null where none was. */
  readonly podFailures: PodFailures | null;
  /** What it takes along from attempts that were rolled back before they started; null for one that started, or never tried. */
  readonly requeue: Requeue | null;
  /** When its funds end, where they cannot be extended in full (rule F6). */
  readonly exhaustsAt: Date | null;
  /** The warning of it given last in this admission, as its distance in seconds. */
  readonly warnedSeconds: number | null;
}

/** A job as lists show it: all but its file, which may be a MiB. */
export type JobSummary = Omit<Job, 'spec'>;

/**
 * Events that leave a job in its state: a warning that its funds end (rule F6) or that it is drained, a checkpoint it can
 * resume from, a refund of what a failure of the platform took (rule M8), a node of it that is silent, or heard of again (rule M3), a pod
 * whose program failed and that is started again.
 */
export const JOB_NOTE_KINDS = [
  'funds-warning',
  'drain-warning',
  'checkpoint-marked',
  'refunded',
  'refund-reversed',
  'node-silent',
  'node-heard',
  'pod-retried',
] as const;
export type JobNoteKind = (typeof JOB_NOTE_KINDS)[number];

/** One thing that happened to a job. `sequence` counts from 1 without gaps: a stream resumes by it. */
export interface JobEvent {
  readonly id: string;
  readonly jobId: string;
  readonly sequence: number;
  readonly at: Date;
  readonly kind: JobEventKind | 'submitted' | JobNoteKind;
  readonly fromState: JobState | null;
  readonly toState: JobState;
  readonly attempt: number;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** Who did it, without from where: events are read by others. */
export function whoActed({ kind, id, name }: Actor): Actor {
  return { kind, id, name };
}

/** The id of the admission of the current attempt of a job. */
export function admissionId(job: Pick<Job, 'id' | 'attempt'>): string {
  return admissionIdOf({ jobId: job.id, attempt: job.attempt });
}

/** What the state machine looks at. */
export function conditionOf(job: Pick<Job, 'state' | 'attempt' | 'cancelRequestedAt'>): JobCondition {
  return { state: job.state, attempt: job.attempt, cancelRequested: job.cancelRequestedAt !== null };
}

/** `job`, where somebody of `tenantId` may know of it; absent: of every company. @throws DomainError `job.unknown` */
export function visible(job: Job | undefined, id: string, tenantId?: string): Job {
  if (job !== undefined && (tenantId === undefined || job.tenantId === tenantId)) return job;
  throw new DomainError('job.unknown', { detail: `There is no job ${id}.`, kind: 'not-found' });
}
