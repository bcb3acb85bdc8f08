import { z } from 'zod';
import { column, queryRows, rowType, runPrepared, type Tx } from '#database';
import type { AuditFilter, AuditRecord, Verification } from './audit-trail.service.ts';
import type { AuditHead } from './signed-head.ts';

/** Every write of the product runs it. */
const INSERT = {
  name: 'audit_record',
  text: `INSERT INTO audit_event (id, at, actor_kind, actor_id, actor_name, actor_address, action, object_type, object_id, tenant_id, before, after, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
  row: rowType({}),
};

const actor = z
  .object({ kind: z.enum(['user', 'system']), id: z.string(), name: z.string(), address: z.string().nullable() })
  .transform(({ address, ...who }) => (address === null ? who : { ...who, address }));
const changed = column.nullable(column.json(z.custom<object>((value) => typeof value === 'object' && value !== null)));

const RECORD = rowType({
  seq: column.bigint,
  id: column.text,
  at: column.timestamp,
  actor: column.json(actor),
  action: column.text,
  objectType: column.text,
  objectId: column.text,
  tenantId: column.nullable(column.text),
  before: changed,
  after: changed,
  reason: column.nullable(column.text),
  payload: column.text,
  previousHash: column.text,
  hash: column.text,
});
const HEAD = rowType({ seq: column.bigint, hash: column.text, at: column.timestamp });
const FAULT = rowType({ seq: column.nullable(column.bigint), eventId: column.text, fault: column.text });
const COUNTED = rowType({ events: column.bigint, head: column.text });

/** Inserts an event, its values in the order of the columns. */
export async function insertEvent(tx: Tx, values: readonly unknown[]): Promise<void> {
  await runPrepared(tx, INSERT, values);
}

/** How a page begins and is sorted in each order. */
const ORDERS = {
  first: { follows: 'c.seq > $8', sorted: 'c.seq', start: 0n },
  latest: { follows: 'c.seq < $8', sorted: 'c.seq DESC', start: 9_223_372_036_854_775_807n },
} as const;

/** Events with their places, in the order of the filter. */
export async function listEvents(tx: Tx, filter: AuditFilter): Promise<AuditRecord[]> {
  const { follows, sorted, start } = ORDERS[filter.order ?? 'first'];
  return await queryRows(
    tx,
    RECORD,
    `SELECT c.seq, e.id, e.at, e.action, e.object_type AS "objectType", e.object_id AS "objectId", e.tenant_id AS "tenantId",
         e.before, e.after, e.reason, audit_payload(e) AS payload, encode(c.previous_hash, 'hex') AS "previousHash", encode(c.hash, 'hex') AS hash,
         jsonb_build_object('kind', e.actor_kind, 'id', e.actor_id, 'name', e.actor_name, 'address', e.actor_address) AS actor
       FROM audit_chain c JOIN audit_event e ON e.id = c.event_id
       WHERE ($1::text IS NULL OR e.actor_id = $1) AND ($2::text IS NULL OR e.action = $2) AND ($3::text IS NULL OR e.object_type = $3)
         AND ($4::text IS NULL OR e.object_id = $4) AND ($5::text IS NULL OR e.tenant_id = $5)
         AND ($6::timestamptz IS NULL OR e.at >= $6) AND ($7::timestamptz IS NULL OR e.at < $7) AND ${follows}
       ORDER BY ${sorted} LIMIT $9`,
    [
      filter.actorId ?? null,
      filter.action ?? null,
      filter.objectType ?? null,
      filter.objectId ?? null,
      filter.tenantId ?? null,
      filter.from ?? null,
      filter.until ?? null,
      filter.after ?? start,
      filter.limit,
    ],
  );
}

const LATEST = rowType({ at: column.timestamp, action: column.text, after: changed });

/** The latest events of one object with one of `actions`, the last one first. */
export async function latestEvents(tx: Tx, objectType: string, objectId: string, actions: readonly string[], limit: number) {
  return await queryRows(
    tx,
    LATEST,
    `SELECT e.at, e.action, e.after FROM audit_event e JOIN audit_chain c ON c.event_id = e.id
       WHERE e.object_type = $1 AND e.object_id = $2 AND e.action = ANY ($3) ORDER BY c.seq DESC LIMIT $4`,
    [objectType, objectId, actions, limit],
  );
}

/** Keeps the present head as the report of the day of `at` (UTC). Undefined where the day has a report, or the chain no event. */
export async function insertHeadReport(tx: Tx, at: Date): Promise<AuditHead | undefined> {
  const [head] = await queryRows(
    tx,
    HEAD,
    `INSERT INTO audit_head_report (day, at, seq, hash)
       SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date, $1, seq, hash FROM audit_head WHERE seq > 0
       ON CONFLICT (day) DO NOTHING RETURNING seq, encode(hash, 'hex') AS hash, at`,
    [at],
  );
  return head;
}

/** Recomputes every hash. @returns at most `limit` differences */
export async function findFaults(tx: Tx, limit: number): Promise<Verification['faults']> {
  return await queryRows(
    tx,
    FAULT,
    `WITH linked AS (
         SELECT c.seq, c.event_id, c.previous_hash, c.hash, e.id IS NULL AS missing,
           sha256(c.previous_hash || convert_to(coalesce(audit_payload(e), ''), 'UTF8')) AS computed,
           lag(c.hash, 1, sha256('speedspace audit trail')) OVER (ORDER BY c.seq) AS before_it,
           lag(c.seq, 1, 0::bigint) OVER (ORDER BY c.seq) AS seq_before
         FROM audit_chain c LEFT JOIN audit_event e ON e.id = c.event_id
       )
       SELECT seq, event_id AS "eventId", CASE
           WHEN missing THEN 'event removed'
           WHEN seq_before <> seq - 1 THEN 'link removed before it'
           WHEN previous_hash <> before_it THEN 'link does not follow the one before'
           ELSE 'event changed'
         END AS fault
       FROM linked WHERE missing OR seq_before <> seq - 1 OR previous_hash <> before_it OR hash <> computed
       UNION ALL
       SELECT NULL, e.id, 'event without a link' FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)
       UNION ALL
       SELECT h.seq, '', 'end of the chain removed' FROM audit_head h
       WHERE (h.seq, h.hash) IS DISTINCT FROM (coalesce((SELECT max(seq) FROM audit_chain), 0),
         coalesce((SELECT hash FROM audit_chain ORDER BY seq DESC LIMIT 1), sha256('speedspace audit trail')))
       ORDER BY 1 LIMIT $1`,
    [limit],
  );
}

/** How many events there are, and the hash of the last link in hexadecimal. */
export async function countEvents(tx: Tx): Promise<{ readonly events: bigint; readonly head: string } | undefined> {
  const [counted] = await queryRows(
    tx,
    COUNTED,
    `SELECT (SELECT count(*) FROM audit_event) AS events, encode(hash, 'hex') AS head FROM audit_head`,
  );
  return counted;
}
