import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { SecretKind } from './secret-content.ts';

/**
 * A secret of a company. Its values are sealed, and are read only to write its Kubernetes Secret. The row of a deleted secret has no values;
 * it stays until its Kubernetes Secret is deleted.
 */
@Entity('company_secret')
@Unique(['tenantId', 'name'])
@Index('company_secret_in_cluster', ['tenantId'], { where: 'deleted_at IS NOT NULL OR applied_version <> version' })
export class CompanySecretEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  kind!: SecretKind;

  /** Variables, files, or the registry: what may be shown. */
  @Column('text', { array: true })
  keys!: string[];

  /** The data of the Kubernetes Secret as JSON, sealed for the company and the name; null: deleted. */
  @Column('bytea', { nullable: true, select: false })
  sealed!: Buffer | null;

  /** Key that it is sealed under. */
  @Column('text', { nullable: true })
  keyId!: string | null;

  /** Counts the values it has had. */
  @Column('integer')
  version!: number;

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  createdAt!: Date;

  /** Who wrote the present values. */
  @Column('text')
  changedBy!: string;

  @Column('timestamptz')
  changedAt!: Date;

  /** When a job with it was last started, and which. */
  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;

  @Column('text', { nullable: true })
  lastUsedBy!: string | null;

  /** The version that the cluster may have; null: none. */
  @Column('integer', { nullable: true })
  appliedVersion!: number | null;

  @Column('timestamptz', { nullable: true })
  deletedAt!: Date | null;
}
