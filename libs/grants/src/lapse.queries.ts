import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type Instant, toDate, UNITS } from '#kernel';

const expiredGrant = rowType({
  id: column.text,
  tenantId: column.text,
  programmeId: column.text,
  unit: column.oneOf(UNITS),
  validFrom: column.timestamp,
  validUntil: column.timestamp,
  /** Its expiry was handled: what is there now came back later. */
  lapsed: column.boolean,
  changes: column.integer,
  carriesOver: column.boolean,
  available: column.bigint,
  held: column.bigint,
});
/** A grant whose end has come, with what it has. */
export type ExpiredGrant = RowOf<typeof expiredGrant>;

const dueGrant = rowType({ id: column.text, tenantId: column.text });
const endedGrant = rowType({ id: column.text, tenantId: column.text, validUntil: column.timestamp });
const tenant = rowType({ tenantId: column.text });

/** Tenants with grants whose end has come by `at` and was not handled, or that have something to lapse. */
export async function tenantsWithLapses(tx: Tx, at: Instant): Promise<string[]> {
  const rows = await queryRows(
    tx,
    tenant,
    `SELECT DISTINCT g.tenant_id AS "tenantId" FROM subsidy_grant g JOIN company_status c ON c.company_id = g.tenant_id
       JOIN account_balance a ON a.code = account_code('grant', g.id, 'available')
      WHERE (g.valid_until <= $1 AND (NOT g.lapsed OR a.balance > 0))
         OR (c.status = 'graduated' AND NOT g.lapsed AND g.valid_until > greatest($1, date_trunc('second', c.status_since)))
      ORDER BY 1`,
    [toDate(at)],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** Grants whose end has come by `at`, of `tenantIds` or of all; nothing is locked. */
export async function grantsToLapse(tx: Tx, at: Instant, tenantIds?: readonly string[]): Promise<RowOf<typeof dueGrant>[]> {
  return await queryRows(
    tx,
    dueGrant,
    `SELECT g.id, g.tenant_id AS "tenantId" FROM subsidy_grant g
       JOIN account_balance a ON a.code = account_code('grant', g.id, 'available')
      WHERE g.valid_until <= $1 AND (NOT g.lapsed OR a.balance > 0) AND ($2::text[] IS NULL OR g.tenant_id = ANY ($2))`,
    [toDate(at), tenantIds ?? null],
  );
}

/** Locks those of the grants that still have an end to be handled. The caller holds the locks of their tenants. */
export async function lockExpiredGrants(tx: Tx, ids: readonly string[], at: Instant): Promise<ExpiredGrant[]> {
  return await queryRows(
    tx,
    expiredGrant,
    `SELECT g.id, g.tenant_id AS "tenantId", g.programme_id AS "programmeId", g.unit, g.valid_from AS "validFrom",
            g.valid_until AS "validUntil", g.lapsed, g.changes,
            p.carry_over AND NOT g.carried_over AND c.status <> 'graduated' AS "carriesOver",
            available.balance AS available, held.balance AS held
       FROM subsidy_grant g JOIN programme_terms p ON p.programme_id = g.programme_id JOIN company_status c ON c.company_id = g.tenant_id
       JOIN account_balance available ON available.code = account_code('grant', g.id, 'available')
       JOIN account_balance held ON held.code = account_code('grant', g.id, 'held')
      WHERE g.id = ANY ($1) AND g.valid_until <= $2 AND (NOT g.lapsed OR available.balance > 0)
      ORDER BY g.id COLLATE "C" FOR NO KEY UPDATE OF g`,
    [ids, toDate(at)],
  );
}

export async function markLapsed(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(`UPDATE subsidy_grant SET lapsed = true, changes = changes + 1 WHERE id = ANY ($1)`, [ids]);
}

/** Carries each of the grants over to its new end. */
export async function carryOverTo(tx: Tx, grants: readonly { readonly id: string; readonly validUntil: Date }[]): Promise<void> {
  await tx.query(
    `UPDATE subsidy_grant g SET valid_until = carried.until, carried_over = true, changes = changes + 1
       FROM unnest($1::text[], $2::timestamptz[]) AS carried (id, until) WHERE g.id = carried.id`,
    [grants.map(({ id }) => id), grants.map(({ validUntil }) => validUntil)],
  );
}

/** Tenants that graduated and whose grants have not ended for that yet; of `only` or of all. */
export async function graduatesWithGrants(tx: Tx, at: Instant, only?: readonly string[]): Promise<string[]> {
  const rows = await queryRows(
    tx,
    tenant,
    `SELECT DISTINCT g.tenant_id AS "tenantId" FROM subsidy_grant g JOIN company_status c ON c.company_id = g.tenant_id
      WHERE c.status = 'graduated' AND NOT g.lapsed AND g.valid_until > greatest($1, date_trunc('second', c.status_since))
        AND ($2::text[] IS NULL OR g.tenant_id = ANY ($2))`,
    [toDate(at), only ?? null],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** Ends the grants of tenants that graduated, at that moment. The caller holds the locks of the tenants. */
export async function endGrantsOfGraduates(tx: Tx, tenantIds: readonly string[]): Promise<RowOf<typeof endedGrant>[]> {
  return await queryRows(
    tx,
    endedGrant,
    `UPDATE subsidy_grant g SET changes = g.changes + 1,
            valid_until = greatest(date_trunc('second', c.status_since), g.valid_from + interval '1 second')
       FROM company_status c
      WHERE c.company_id = g.tenant_id AND c.status = 'graduated' AND c.company_id = ANY ($1) AND NOT g.lapsed
        AND g.valid_until > greatest(date_trunc('second', c.status_since), g.valid_from + interval '1 second')
      RETURNING g.id, g.tenant_id AS "tenantId", g.valid_until AS "validUntil"`,
    [tenantIds],
  );
}
