import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Fen } from '#kernel';

/** A list price of a GPU class. Rows are added and never changed. */
@Entity('gpu_price')
export class GpuPriceEntity {
  @PrimaryColumn('text')
  gpuClass!: string;

  @PrimaryColumn('timestamptz')
  effectiveFrom!: Date;

  @Column('bigint')
  fenPerGpuHour!: Fen;

  @Column('timestamptz')
  recordedAt!: Date;
}
