import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Month } from '#kernel';
import { ENTRY_KINDS, type EntryKind } from './domain/journal-entry.ts';

/** A journal entry (rules L1–L3). Only functions of the database write it, and nothing changes it. */
@Entity('ledger_entry')
@Unique(['key'])
export class LedgerEntryEntity {
  /** In the order of recording. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id!: bigint;

  @Column('timestamptz')
  effectiveAt!: Date;

  @Column('timestamptz')
  recordedAt!: Date;

  /** The entry that it corrects. */
  @Column('bigint', { nullable: true })
  corrects!: bigint | null;

  @Column('enum', { enum: ENTRY_KINDS, enumName: 'ledger_entry_kind' })
  kind!: EntryKind;

  /** Idempotency key. */
  @Column('text')
  key!: string;

  @Column('text', { nullable: true })
  tenantId!: string | null;

  @Column('text', { nullable: true })
  jobId!: string | null;

  /** The closed month that a late fact belongs to (rule T3). */
  @Column('text', { nullable: true })
  belongsTo!: Month | null;

  @Column('text', { nullable: true })
  reason!: string | null;
}
