import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a row of the utilisation stands for: one sample, or the sum of those of an hour or a day. */
export const KEPT_RESOLUTIONS = ['sample', 'hour', 'day'] as const;
export type KeptResolution = (typeof KEPT_RESOLUTIONS)[number];

/** The GPUs of a class at an instant, or summed up over the samples of an hour or a business day that begins then. */
@Entity('utilisation')
export class UtilisationEntity {
  @PrimaryColumn('text')
  resolution!: KeptResolution;

  @PrimaryColumn('timestamptz')
  at!: Date;

  @PrimaryColumn('text')
  gpuClass!: string;

  /** How many samples are summed up. */
  @Column('integer')
  samples!: number;

  @Column('bigint')
  gpus!: bigint;

  /** GPUs on which pods of the class may start. */
  @Column('bigint')
  ready!: bigint;

  @Column('bigint')
  allocated!: bigint;

  @Column('bigint')
  queuedJobs!: bigint;

  @Column('bigint')
  queuedGpus!: bigint;

  /** The longest of all samples, not their sum. */
  @Column('integer')
  longestWaitSeconds!: number;

  /** Of one sample. */
  @Column('integer')
  mostAllocated!: number;

  /** Of one sample. */
  @Column('integer')
  mostQueuedGpus!: number;
}
