import { Entity, PrimaryColumn } from 'typeorm';
import type { DependencyCondition } from './domain/dependencies.ts';

/** That a job waits for another one of its company. */
@Entity('job_dependency')
export class JobDependencyEntity {
  @PrimaryColumn('text')
  jobId!: string;

  @PrimaryColumn('text')
  neededId!: string;

  @PrimaryColumn('text')
  condition!: DependencyCondition;
}
