import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { CompanyStatus } from './company.ts';
import type { CreditCode } from './domain/credit-code.ts';

/** A company of the incubator: a tenant. Its row is the lock of its money (see `lockTenants`). */
@Entity('company')
@Unique(['slug'])
@Unique(['creditCode'])
export class CompanyEntity {
  @PrimaryColumn('text')
  id!: string;

  /** DNS label, part of its namespace in the cluster. */
  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text')
  creditCode!: CreditCode;

  @Column('text')
  status!: CompanyStatus;

  @Column('timestamptz')
  statusSince!: Date;

  @Column('text', { nullable: true })
  statusReason!: string | null;

  /** First day of its incubation, as `2026-10-01`. */
  @Column('date', { nullable: true })
  incubationFrom!: string | null;

  /** Day after the last day of its incubation, as `2026-10-01`. */
  @Column('date', { nullable: true })
  incubationUntil!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  /** Counts changes. */
  @Column('integer')
  version!: number;
}
