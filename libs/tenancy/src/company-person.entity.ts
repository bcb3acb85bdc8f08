import { Column, ViewEntity } from 'typeorm';
import type { CompanyRole } from '#identity';

/**
 * The people of a company with their names and addresses, and nothing else of their accounts. In the scope of a tenant, PostgreSQL
 * shows those of that tenant only.
 */
@ViewEntity({ name: 'company_person', synchronize: false })
export class CompanyPersonEntity {
  @Column('text')
  companyId!: string;

  @Column('text')
  userId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  email!: string;

  @Column('text')
  role!: CompanyRole;

  @Column('timestamptz')
  since!: Date;

  /** Whether somebody has shown that the account belongs to the person of the address. */
  @Column('boolean')
  emailProven!: boolean;
}
