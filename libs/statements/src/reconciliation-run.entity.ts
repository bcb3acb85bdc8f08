import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Month } from '#kernel';

/** What the reconciliation of a month found in one night. */
@Entity('reconciliation_run')
@Index('reconciliation_run_at', ['at'])
export class ReconciliationRunEntity {
  @PrimaryColumn('text')
  month!: Month;

  @PrimaryColumn('timestamptz')
  at!: Date;

  @Column('bigint')
  clusterGpuSeconds!: bigint;

  @Column('bigint')
  meteredGpuSeconds!: bigint;

  @Column('bigint')
  refundedGpuSeconds!: bigint;

  @Column('bigint')
  lateGpuSeconds!: bigint;

  @Column('bigint')
  ledgerGpuSeconds!: bigint;

  @Column('bigint')
  statementGpuSeconds!: bigint;

  @Column('integer')
  comparedJobs!: number;

  /** Differences without a known cause. */
  @Column('integer')
  differenceCount!: number;
}
