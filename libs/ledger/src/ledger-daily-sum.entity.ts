import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ENTRY_KINDS, type EntryKind } from './domain/journal-entry.ts';

/** The sums of an account's postings of one kind in one day (rule L5). Days begin at midnight UTC+8. Only postings change them. */
@Entity('ledger_daily_sum')
export class LedgerDailySumEntity {
  @PrimaryColumn('integer')
  accountId!: number;

  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('enum', { enum: ENTRY_KINDS, enumName: 'ledger_entry_kind' })
  kind!: EntryKind;

  /** How many postings. */
  @Column('bigint')
  postings!: bigint;

  /** In fen or GPU-seconds, by the unit of the account. */
  @Column('bigint')
  amount!: bigint;

  @Column('bigint')
  gpuSeconds!: bigint;

  @Column('bigint')
  listFen!: bigint;

  /** What wallets paid beside the account for the same GPU-seconds (rule F2), in fen. */
  @Column('bigint')
  besideListFen!: bigint;
}
