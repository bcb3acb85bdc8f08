import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CompanyRole } from '#identity';

/** That a person belongs to a company, and in which role. */
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
