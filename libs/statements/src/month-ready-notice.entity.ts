import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Month } from '#kernel';

/** Finance was told that a month can be closed: once. */
@Entity('month_ready_notice')
export class MonthReadyNoticeEntity {
  @PrimaryColumn('text')
  month!: Month;

  @Column('timestamptz')
  at!: Date;
}
