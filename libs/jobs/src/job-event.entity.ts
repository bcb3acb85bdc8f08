import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Actor } from '#audit';
import type { JobState } from './domain/job-state-machine.ts';
import type { JobEvent } from './job.ts';

/** One thing that happened to a job. Nothing changes it. */
@Entity('job_event')
@Unique(['jobId', 'sequence'])
export class JobEventEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  jobId!: string;

  /** Counts the events of a job from 1, without gaps. */
  @Column('integer')
  sequence!: number;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  kind!: JobEvent['kind'];

  @Column('text', { nullable: true })
  fromState!: JobState | null;

  @Column('text')
  toState!: JobState;

  @Column('integer')
  attempt!: number;

  @Column('jsonb')
  actor!: Actor;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  data!: JobEvent['data'] | null;
}
