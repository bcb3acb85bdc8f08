import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { DecidedEnd, JobExit } from './domain/attempt-end.ts';
import type { JobSpec, Priority } from './domain/job-spec.ts';
import type { JobState } from './domain/job-state-machine.ts';
import type { PodFailures } from './domain/pod-failures.ts';
import type { Requeue } from './domain/requeue.ts';
import type { Waiting } from './job.ts';

/** A job: what a company wants to be run, and its state. */
@Entity('job')
@Unique(['tenantId', 'clientKey'])
export class JobEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  tenantId!: string;

  /** The key under which the client submitted it. */
  @Column('text', { nullable: true })
  clientKey!: string | null;

  @Column('text')
  name!: string;

  @Column('jsonb')
  spec!: JobSpec;

  @Column('text')
  gpuClass!: string;

  @Column('integer')
  replicas!: number;

  @Column('integer')
  gpusPerReplica!: number;

  @Column('integer')
  maxRuntimeSeconds!: number;

  @Column('integer')
  graceSeconds!: number;

  @Column('text')
  priority!: Priority;

  @Column('boolean')
  selfPay!: boolean;

  @Column('text')
  state!: JobState;

  /** Number of its present attempt; 0 before the first. */
  @Column('integer')
  attempt!: number;

  /** Number of its last event. */
  @Column('integer')
  eventCount!: number;

  @Column('text')
  submittedBy!: string;

  @Column('timestamptz')
  submittedAt!: Date;

  @Column('timestamptz')
  queuedAt!: Date;

  /** The node of each replica. */
  @Column('jsonb', { nullable: true })
  placement!: readonly string[] | null;

  @Column('timestamptz', { nullable: true })
  admittedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  exit!: JobExit | null;

  @Column('jsonb', { nullable: true })
  waiting!: Waiting | null;

  @Column('timestamptz', { nullable: true })
  cancelRequestedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  stopRequestedAt!: Date | null;

  @Column('text', { nullable: true })
  stopReason!: string | null;

  @Column('timestamptz', { nullable: true })
  exhaustsAt!: Date | null;

  @Column('integer', { nullable: true })
  warnedSeconds!: number | null;

  @Column('jsonb', { nullable: true })
  requeue!: Requeue | null;

  @Column('jsonb', { nullable: true })
  podFailures!: PodFailures | null;

  @Column('jsonb', { nullable: true })
  decidedEnd!: DecidedEnd | null;
}
