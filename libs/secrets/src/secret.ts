import type { CompanySecretEntity } from './company-secret.entity.ts';
import type { SecretKind } from './secret-content.ts';

/** What may be known of a secret: everything but its values. */
export interface Secret {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly kind: SecretKind;
  /** Names of the variables or files; of a registry, its host. */
  readonly keys: readonly string[];
  /** Counts the values it has had. */
  readonly version: number;
  /** Ids of the people who created it and who wrote the present values. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly changedBy: string;
  readonly changedAt: Date;
  /** When a job with it was last started, and which; null: never. */
  readonly lastUsedAt: Date | null;
  readonly lastUsedBy: string | null;
}

export function secretOf(row: CompanySecretEntity): Secret {
  const { id, tenantId, name, kind, keys, version, createdBy, createdAt, changedBy, changedAt, lastUsedAt, lastUsedBy } = row;
  return { id, tenantId, name, kind, keys, version, createdBy, createdAt, changedBy, changedAt, lastUsedAt, lastUsedBy };
}
