import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What an account paid in one day for the usage of one GPU class by one company, what was credited back counted in (rule L5). Days begin
 * at midnight UTC+8. Only postings change it.
 */
@Entity('ledger_usage_sum')
export class LedgerUsageSumEntity {
  @PrimaryColumn('text')
  tenantId!: string;

  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  gpuClass!: string;

  @PrimaryColumn('integer')
  accountId!: number;

  /** In fen or GPU-seconds, by the unit of the account. */
  @Column('bigint')
  paid!: bigint;

  @Column('bigint')
  gpuSeconds!: bigint;

  /** List cost that it stands for, in fen. */
  @Column('bigint')
  listFen!: bigint;
}
