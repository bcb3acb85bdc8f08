import type { Tx } from '#database';
import { type BasisPoints, type Instant, instantOf, type Unit } from '#kernel';

/** A grant with those terms of its programme that say what it may pay (rules F1–F4, F8, F9). */
export interface GrantTerms {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly programmeId: string;
  readonly priority: number;
  readonly unit: Unit;
  readonly coverageBp: BasisPoints;
  readonly classes: readonly string[];
  readonly capPerTenant: bigint | null;
  readonly monthlyCapPerTenant: bigint | null;
  readonly validFrom: Instant;
  readonly validUntil: Instant;
  readonly frozen: boolean;
}

interface Row {
  id: string;
  name: string;
  tenant_id: string;
  programme_id: string;
  priority: number;
  unit: Unit;
  coverage_bp: number;
  classes: string[];
  cap_per_tenant: bigint | null;
  monthly_cap_per_tenant: bigint | null;
  valid_from: Date;
  valid_until: Date;
  frozen: boolean;
}

/** Which of the grants of a tenant are asked for. */
export interface GrantTermsWanted {
  /** Those that are usable at this instant, or later. */
  readonly usableFrom: Instant;
  /** And these, expired or not: a hold of theirs may still be in use (rule F8). */
  readonly alsoIds?: readonly string[];
}

/** The grants of `tenantIds` that are current. */
export async function grantTerms(tx: Tx, tenantIds: readonly string[], wanted: GrantTermsWanted): Promise<GrantTerms[]> {
  const rows = await tx.query<Row[]>(
    `SELECT g.id, g.name, g.tenant_id, g.programme_id, p.priority, g.unit, p.coverage_bp, p.classes,
            p.cap_per_tenant, p.monthly_cap_per_tenant, g.valid_from, g.valid_until, g.frozen
       FROM subsidy_grant g JOIN programme p ON p.id = g.programme_id
      WHERE (g.tenant_id = ANY ($1) AND g.valid_until > to_timestamp($2)) OR (g.id = ANY ($3) AND g.tenant_id = ANY ($1))`,
    [tenantIds, wanted.usableFrom, wanted.alsoIds ?? []],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    tenantId: row.tenant_id,
    programmeId: row.programme_id,
    priority: row.priority,
    unit: row.unit,
    coverageBp: BigInt(row.coverage_bp),
    classes: row.classes,
    capPerTenant: row.cap_per_tenant,
    monthlyCapPerTenant: row.monthly_cap_per_tenant,
    validFrom: instantOf(row.valid_from),
    validUntil: instantOf(row.valid_until),
    frozen: row.frozen,
  }));
}
