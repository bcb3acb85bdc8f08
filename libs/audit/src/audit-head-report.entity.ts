import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The head of the chain as it was reported outside the database, once a day. */
@Entity('audit_head_report')
export class AuditHeadReportEntity {
  /** Day in UTC, such as `2026-10-01`. */
  @PrimaryColumn('date')
  day!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('bigint')
  seq!: bigint;

  @Column('bytea')
  hash!: Buffer;
}
