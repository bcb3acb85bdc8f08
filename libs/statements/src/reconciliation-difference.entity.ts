import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Month, UNITS, type Unit } from '#kernel';
import type { DifferenceCode } from './domain/reconciliation.ts';

/** A difference without a known cause that a nightly reconciliation found: once, however many nights it stays. */
@Entity('reconciliation_difference')
export class ReconciliationDifferenceEntity {
  /** Of the month, the code, and what it is about. */
  @PrimaryColumn('text')
  key!: string;

  @Column('text')
  month!: Month;

  @Column('text')
  code!: DifferenceCode;

  @Column('text')
  reason!: string;

  @Column('text', { nullable: true })
  tenantId!: string | null;

  @Column('text', { nullable: true })
  jobId!: string | null;

  @Column('text', { nullable: true })
  podUid!: string | null;

  @Column('text', { nullable: true })
  account!: string | null;

  @Column('bigint')
  expected!: bigint;

  @Column('bigint')
  found!: bigint;

  @Column('enum', { enum: UNITS, enumName: 'ledger_unit' })
  unit!: Unit;

  @Column('timestamptz')
  firstSeenAt!: Date;

  @Column('timestamptz')
  lastSeenAt!: Date;

  /** When a later night did not find it any more. */
  @Column('timestamptz', { nullable: true })
  resolvedAt!: Date | null;
}
