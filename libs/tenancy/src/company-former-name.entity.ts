import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A name that a company had until it was renamed. */
@Entity('company_former_name')
export class CompanyFormerNameEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  companyId!: string;

  @Column('text')
  name!: string;

  /** When the company was renamed. */
  @Column('timestamptz')
  until!: Date;
}
