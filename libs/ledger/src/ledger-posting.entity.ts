import { Column, Entity, PrimaryColumn } from 'typeorm';
import { UNITS, type Unit } from '#kernel';
import { ENTRY_KINDS, type EntryKind } from './domain/journal-entry.ts';

/** One line of a journal entry. Its instant, kind and unit repeat those of its entry and account, so that a month is summed up without a join. */
@Entity('ledger_posting')
export class LedgerPostingEntity {
  @PrimaryColumn('bigint')
  entryId!: bigint;

  /** Position in its entry, from 0. */
  @PrimaryColumn('smallint')
  ordinal!: number;

  @Column('timestamptz')
  effectiveAt!: Date;

  /** Into the account where positive; in fen or GPU-seconds, by `unit`. */
  @Column('bigint')
  amount!: bigint;

  /** On the paying side of a charge: the GPU-seconds that it pays for. */
  @Column('bigint')
  gpuSeconds!: bigint;

  /** The list cost of those GPU-seconds. */
  @Column('bigint')
  listFen!: bigint;

  @Column('integer')
  accountId!: number;

  @Column('enum', { enum: UNITS, enumName: 'ledger_unit' })
  unit!: Unit;

  @Column('enum', { enum: ENTRY_KINDS, enumName: 'ledger_entry_kind' })
  kind!: EntryKind;
}
