import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ContactKind } from './company.ts';

/** A person whom the park writes to or calls about a company. */
@Entity('company_contact')
export class CompanyContactEntity {
  /** Id of the company and the number of the contact. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  companyId!: string;

  @Column('text')
  kind!: ContactKind;

  @Column('text')
  name!: string;

  @Column('text')
  email!: string;

  @Column('text', { nullable: true })
  phone!: string | null;
}
