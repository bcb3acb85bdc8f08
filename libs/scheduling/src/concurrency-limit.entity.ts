import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many GPUs of a class a company may use at once (rule S2). At least one of the two numbers is set. */
@Entity('concurrency_limit')
export class ConcurrencyLimitEntity {
  @PrimaryColumn('text')
  tenantId!: string;

  @PrimaryColumn('text')
  gpuClass!: string;

  /** 0: none; null: no limit of its own. */
  @Column('integer', { nullable: true })
  maxGpus!: number | null;

  /** What it gets back from those who borrow; null: no share. */
  @Column('integer', { nullable: true })
  share!: number | null;
}
