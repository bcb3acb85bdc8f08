import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CompanyRole } from '#identity';

/** A person of a company, with their role there. */
@Entity('member')
export class MemberEntity {
  @PrimaryColumn('text')
  companyId!: string;

  @PrimaryColumn('text')
  userId!: string;

  @Column('text')
  role!: CompanyRole;

  @Column('timestamptz')
  since!: Date;
}
