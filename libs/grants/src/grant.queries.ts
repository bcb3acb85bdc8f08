import { column, queryRows, rowType, type Tx } from '#database';
import { type BasisPoints, type Instant, toDate, type Unit, UNITS } from '#kernel';
import type { Grant } from './grant.ts';
import type { NewGrantEvent } from './grant-events.ts';

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

/** Which of the grants of a tenant are asked for. */
export interface GrantTermsWanted {
  /** Those that are usable at this instant, or later. */
  readonly usableFrom: Instant;
  /** And these, expired or not: a hold of theirs may still be in use (rule F8). */
  readonly alsoIds?: readonly string[];
}

const grantTermsRow = rowType({
  id: column.text,
  name: column.text,
  tenantId: column.text,
  programmeId: column.text,
  priority: column.integer,
  unit: column.oneOf(UNITS),
  coverageBp: column.bigint,
  classes: column.arrayOf(column.text),
  capPerTenant: column.nullable(column.bigint),
  monthlyCapPerTenant: column.nullable(column.bigint),
  validFrom: column.instant,
  validUntil: column.instant,
  frozen: column.boolean,
});

/** The grants of `tenantIds` that are current. */
export async function grantTerms(tx: Tx, tenantIds: readonly string[], wanted: GrantTermsWanted): Promise<GrantTerms[]> {
  return await queryRows(
    tx,
    grantTermsRow,
    `SELECT g.id, g.name, g.tenant_id AS "tenantId", g.programme_id AS "programmeId", p.priority, g.unit,
            p.coverage_bp::bigint AS "coverageBp", p.classes, p.cap_per_tenant AS "capPerTenant",
            p.monthly_cap_per_tenant AS "monthlyCapPerTenant", g.valid_from AS "validFrom", g.valid_until AS "validUntil", g.frozen
       FROM subsidy_grant g JOIN programme_terms p ON p.programme_id = g.programme_id
      WHERE (g.tenant_id = ANY ($1) AND g.valid_until > to_timestamp($2)) OR (g.id = ANY ($3) AND g.tenant_id = ANY ($1))`,
    [tenantIds, wanted.usableFrom, wanted.alsoIds ?? []],
  );
}

const grantRow = rowType({
  id: column.text,
  programmeId: column.text,
  tenantId: column.text,
  unit: column.oneOf(UNITS),
  name: column.text,
  validFrom: column.timestamp,
  validUntil: column.timestamp,
  frozen: column.boolean,
  carriedOver: column.boolean,
  applicationId: column.nullable(column.text),
  openedAt: column.timestamp,
  lapsed: column.boolean,
  changes: column.integer,
});

/**
 * Grants of a tenant that are not over at `at`, and those that still hold something; earliest expiry first. Reads the accounts of the
 * tenant, not its past grants.
 */
export async function currentGrants(tx: Tx, tenantId: string, at: Instant): Promise<Grant[]> {
  return await queryRows(
    tx,
    grantRow,
    `SELECT id, programme_id AS "programmeId", tenant_id AS "tenantId", unit, name, valid_from AS "validFrom", valid_until AS "validUntil",
            frozen, carried_over AS "carriedOver", application_id AS "applicationId", opened_at AS "openedAt", lapsed, changes
       FROM subsidy_grant
      WHERE tenant_id = $1
        AND (valid_until > $2 OR id IN (SELECT account_owner(code) FROM account_balance
                                         WHERE tenant_id = $1 AND balance > 0 AND code LIKE account_code('grant', '%', 'held')))
      ORDER BY valid_until, id`,
    [tenantId, toDate(at)],
  );
}

/** Writes `events` in one statement, whatever their number. @param actor as `whoActed` gives it */
export async function insertGrantEvents(
  tx: Tx,
  actor: object,
  at: Instant,
  events: readonly (NewGrantEvent & { readonly id: string })[],
): Promise<void> {
  await tx.query(
    `INSERT INTO grant_event (id, grant_id, tenant_id, at, kind, amount, valid_until, actor, reason)
     SELECT id, grant_id, tenant_id, $1, kind, amount, valid_until, $2, reason
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[], $9::text[])
         AS event (id, grant_id, tenant_id, kind, amount, valid_until, reason)`,
    [
      ...[toDate(at), JSON.stringify(actor), events.map(({ id }) => id), events.map((event) => event.grantId)],
      ...[events.map(({ tenantId }) => tenantId), events.map(({ kind }) => kind), events.map(({ amount }) => amount ?? null)],
      ...[events.map(({ validUntil }) => validUntil ?? null), events.map(({ reason }) => reason ?? null)],
    ],
  );
}

const remainder = rowType({ grantId: column.text, amount: column.bigint });

/**
 * What was promised to each of the grants and did not go back: opened and increased, less clawed back and lapsed (rules F8, F9). By
 * rule L2 that is what they have paid and what they still have; in fen or GPU-seconds, by the unit of the grant.
 */
export async function remainders(tx: Tx, grantIds: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await queryRows(
    tx,
    remainder,
    `SELECT grant_id AS "grantId", sum(CASE WHEN kind IN ('opened', 'increased') THEN amount ELSE -amount END)::bigint AS amount
       FROM grant_event WHERE grant_id = ANY ($1) AND kind IN ('opened', 'increased', 'clawed-back', 'lapsed') AND amount IS NOT NULL
      GROUP BY grant_id`,
    [grantIds],
  );
  return new Map(rows.map((row) => [row.grantId, row.amount]));
}

const sum = rowType({ amount: column.bigint });

/** What a grant promises in all: opened and increased, less what was clawed back. */
export async function promisedAmount(tx: Tx, id: string): Promise<bigint> {
  const [row] = await queryRows(
    tx,
    sum,
    `SELECT coalesce(sum(CASE kind WHEN 'clawed-back' THEN -amount ELSE amount END), 0)::bigint AS amount
       FROM grant_event WHERE grant_id = $1 AND kind IN ('opened', 'increased', 'clawed-back')`,
    [id],
  );
  return row?.amount ?? 0n;
}
