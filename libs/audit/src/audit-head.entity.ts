import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last link of the hash chain: one row, which a trigger of the database writes. */
@Entity('audit_head')
export class AuditHeadEntity {
  /** True, in the only row. */
  @PrimaryColumn('boolean')
  singleton!: boolean;

  /** 0 before the first event. */
  @Column('bigint')
  seq!: bigint;

  @Column('bytea')
  hash!: Buffer;
}
