import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Month } from '#kernel';

/** The record of a closed month. A month that was closed by an earlier release has none. Nothing changes it. */
@Entity('month_record')
export class MonthRecordEntity {
  @PrimaryColumn('text')
  month!: Month;

  /** A `MonthRecord` in canonical JSON (RFC 8785). */
  @Column('text')
  record!: string;

  /** SHA-256 of `record`, in hexadecimal. */
  @Column('text')
  digest!: string;

  /** The park's `Signature` in JSON; null where the park had no key. */
  @Column('text', { nullable: true })
  signature!: string | null;
}
