import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One attempt of a job, from the day it was admitted at the price of that day (rule M6), and what was charged of it. */
@Entity('funding_admission')
export class FundingAdmissionEntity {
  /** See `admissionIdOf`. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  tenantId!: string;

  @Column('text')
  gpuClass!: string;

  @Column('bigint')
  fenPerGpuHour!: bigint;

  @Column('boolean')
  selfPay!: boolean;

  @Column('timestamptz')
  openedAt!: Date;

  /** GPU-seconds that are charged, refunds taken off. */
  @Column('bigint')
  gpuSeconds!: bigint;

  /** Number of its last journal entry. */
  @Column('integer')
  sequence!: number;

  /** Since when it is metered whole and holds nothing. */
  @Column('timestamptz', { nullable: true })
  closedAt!: Date | null;

  @Column('bigint')
  refundedGpuSeconds!: bigint;

  /** The last month end that it crossed. */
  @Column('timestamptz', { nullable: true })
  monthEnd!: Date | null;

  /** What was charged of it before that month end. */
  @Column('bigint', { nullable: true })
  monthEndGpuSeconds!: bigint | null;

  /** Instant of its last tick. */
  @Column('timestamptz', { nullable: true })
  meteredUntil!: Date | null;
}
