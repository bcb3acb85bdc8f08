import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Month } from '#kernel';

/** A month whose statements are final (rule T3). */
@Entity('closed_month')
export class ClosedMonthEntity {
  @PrimaryColumn('text')
  month!: Month;

  @Column('timestamptz')
  closedAt!: Date;

  /** Id of the person, or of the loop. */
  @Column('text')
  closedBy!: string;
}
