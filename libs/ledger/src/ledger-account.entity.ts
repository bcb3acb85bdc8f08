import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { type AccountCode, UNITS, type Unit } from '#kernel';

/** An account of the ledger and its balance (rules L4–L6). Only functions of the database write it. */
@Entity('ledger_account')
@Unique(['code', 'unit'])
export class LedgerAccountEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('text')
  code!: AccountCode;

  @Column('enum', { enum: UNITS, enumName: 'ledger_unit' })
  unit!: Unit;

  /** The company that it belongs to; null for an account of the park. */
  @Column('text', { nullable: true })
  tenantId!: string | null;

  /** Its balance never goes below zero. */
  @Column('boolean')
  guarded!: boolean;

  /** In fen or GPU-seconds, by `unit`. */
  @Column('bigint')
  balance!: bigint;

  @Column('timestamptz')
  openedAt!: Date;
}
