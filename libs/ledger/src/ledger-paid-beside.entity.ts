import { Column, ViewEntity } from 'typeorm';
import { ENTRY_KINDS, type EntryKind } from './domain/journal-entry.ts';

/** What a wallet paid beside the account of a grant, for GPU-seconds that the grant pays in part (rule F2). */
@ViewEntity({ name: 'ledger_paid_beside', synchronize: false })
export class LedgerPaidBesideEntity {
  @Column('bigint')
  entryId!: bigint;

  @Column('timestamptz')
  effectiveAt!: Date;

  @Column('enum', { enum: ENTRY_KINDS, enumName: 'ledger_entry_kind' })
  kind!: EntryKind;

  @Column('integer')
  accountId!: number;

  /** In fen. */
  @Column('bigint')
  listFen!: bigint;
}
