import { type Actor, whoActed } from '#audit';
import { notify, type Tx } from '#database';
import { type Instant, newId, toDate } from '#kernel';

export type GrantEventKind =
  'opened' | 'increased' | 'extended' | 'frozen' | 'unfrozen' | 'clawed-back' | 'carried-over' | 'ended' | 'lapsed';

/** Something that happened to a grant, apart from being spent. */
export interface GrantEvent {
  readonly id: string;
  readonly at: Date;
  readonly kind: GrantEventKind;
  readonly amount: bigint | null;
  /** The end of validity after it, where it moved. */
  readonly validUntil: Date | null;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** Topic of the wake-up signal sent whenever a company may have more to pay with than before. */
export const FUNDS_TOPIC = 'funds';

export interface NewGrantEvent {
  readonly grantId: string;
  readonly tenantId: string;
  readonly kind: GrantEventKind;
  readonly amount?: bigint;
  readonly validUntil?: Date;
  readonly reason?: string;
}

/** One statement, whatever their number. */
export async function recordGrantEvents(tx: Tx, actor: Actor, at: Instant, events: readonly NewGrantEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `INSERT INTO grant_event (id, grant_id, tenant_id, at, kind, amount, valid_until, actor, reason)
     SELECT id, grant_id, tenant_id, $1, kind, amount, valid_until, $2, reason
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[], $9::text[])
         AS event (id, grant_id, tenant_id, kind, amount, valid_until, reason)`,
    [
      ...[toDate(at), JSON.stringify(whoActed(actor)), events.map(() => newId('event')), events.map(({ grantId }) => grantId)],
      ...[events.map(({ tenantId }) => tenantId), events.map(({ kind }) => kind), events.map(({ amount }) => amount ?? null)],
      ...[events.map(({ validUntil }) => validUntil ?? null), events.map(({ reason }) => reason ?? null)],
    ],
  );
  await notify(tx, FUNDS_TOPIC);
}

/**
 * What was promised to each of the grants and did not go back: opened and increased, less clawed back and lapsed (rules F8, F9). By
 * rule L2 that is what they have paid and what they still have; in fen or GPU-seconds, by the unit of the grant.
 */
export async function remainders(tx: Tx, grantIds: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await tx.query<{ grantId: string; amount: bigint }[]>(
    `SELECT grant_id AS "grantId", sum(CASE WHEN kind IN ('opened', 'increased') THEN amount ELSE -amount END)::bigint AS amount
       FROM grant_event WHERE grant_id = ANY ($1) AND kind IN ('opened', 'increased', 'clawed-back', 'lapsed') AND amount IS NOT NULL
      GROUP BY grant_id`,
    [grantIds],
  );
  return new Map(rows.map(({ grantId, amount }) => [grantId, amount]));
}

/** What happened to a grant, first first. */
export async function grantEvents(tx: Tx, grantId: string): Promise<GrantEvent[]> {
  return await tx.query<GrantEvent[]>(
    `SELECT id, at, kind, amount, valid_until AS "validUntil", actor, reason FROM grant_event WHERE grant_id = $1 ORDER BY position`,
    [grantId],
  );
}
