import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many GPUs of a class a company may use at once (rule S2). */
@Entity('concurrency_limit')
export class ConcurrencyLimitEntity {
  @PrimaryColumn('text')
  tenantId!: string;

  @PrimaryColumn('text')
  gpuClass!: string;

  /** 0: none. */
  @Column('integer')
  maxGpus!: number;
}
