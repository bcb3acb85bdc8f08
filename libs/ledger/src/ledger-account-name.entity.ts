import { Column, ViewEntity } from 'typeorm';
import { type AccountCode, UNITS, type Unit } from '#kernel';

/** What accounts are called, without their balances: a company may also read the names of the accounts on the other side of its postings. */
@ViewEntity({ name: 'ledger_account_name', synchronize: false })
export class LedgerAccountNameEntity {
  @Column('integer')
  id!: number;

  @Column('text')
  code!: AccountCode;

  @Column('enum', { enum: UNITS, enumName: 'ledger_unit' })
  unit!: Unit;
}
