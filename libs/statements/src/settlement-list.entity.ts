import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Month } from '#kernel';

/** The final settlement list of a programme for a closed month. Nothing changes it. */
@Entity('settlement_list')
export class SettlementListEntity {
  @PrimaryColumn('text')
  programmeId!: string;

  @PrimaryColumn('text')
  month!: Month;

  /** Canonical JSON (RFC 8785). */
  @Column('text')
  document!: string;

  /** SHA-256 of `document`, in hexadecimal. */
  @Column('text')
  digest!: string;

  /** A `SignedProof` in canonical JSON; null where an earlier release closed the month. */
  @Column('text', { nullable: true })
  proof!: string | null;
}
