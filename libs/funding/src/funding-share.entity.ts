import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one source has done for one admission. */
@Entity('funding_share')
export class FundingShareEntity {
  @PrimaryColumn('text')
  admissionId!: string;

  /** The id of a grant, `wallet` or `absorbed`. */
  @PrimaryColumn('text')
  source!: string;

  @Column('bigint')
  gpuSeconds!: bigint;

  /** List cost that a CNY grant took responsibility for. */
  @Column('bigint')
  responsibleFen!: bigint;

  /** In the unit of the source, like `held`. */
  @Column('bigint')
  paid!: bigint;

  @Column('bigint')
  held!: bigint;
}
