import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { KeptResolution } from './utilisation.entity.ts';

/** What one company held and waited for of a class; the row of `utilisation` has the number of samples. */
@Entity('utilisation_share')
@Index('utilisation_share_tenant', ['tenantId', 'resolution', 'at'])
export class UtilisationShareEntity {
  @PrimaryColumn('text')
  resolution!: KeptResolution;

  @PrimaryColumn('timestamptz')
  at!: Date;

  @PrimaryColumn('text')
  gpuClass!: string;

  @PrimaryColumn('text')
  tenantId!: string;

  @Column('bigint')
  allocated!: bigint;

  @Column('bigint')
  queuedJobs!: bigint;

  @Column('bigint')
  queuedGpus!: bigint;

  /** The longest of all samples, not their sum. */
  @Column('integer')
  longestWaitSeconds!: number;
}
