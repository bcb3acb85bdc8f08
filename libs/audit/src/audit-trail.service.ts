import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Tx } from '#database';
import type { Actor } from './domain/actor.ts';
import { type AuditHead, HEAD_REPORTED, type SignedHead, signHead } from './signed-head.ts';

/** An event as it is read, with its place in the chain. */
export interface AuditRecord {
  /** 1, 2, 3 … without gaps, in the order of commits. */
  readonly seq: bigint;
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly tenantId: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly reason: string | null;
  /** What was hashed, to the character: `hash = SHA-256(previousHash ‖ payload)`. */
  readonly payload: string;
  readonly previousHash: string;
  readonly hash: string;
}

export interface AuditFilter {
  readonly actorId?: string;
  readonly action?: string;
  readonly objectType?: string;
  readonly objectId?: string;
  readonly tenantId?: string;
  readonly from?: Date;
  readonly until?: Date;
  /** Only those after this place. */
  readonly after?: bigint;
  readonly limit: number;
}

/** What a walk along the chain found. */
export interface Verification {
  readonly events: bigint;
  readonly intact: boolean;
  /** The hash of the last link: written down elsewhere, it proves that nothing before it was changed since. */
  readonly head: string;
  readonly faults: readonly { readonly seq: bigint | null; readonly eventId: string; readonly fault: string }[];
}

const MOST_FAULTS = 100;

/** Reads the trail, and walks its chain. */
@Injectable()
export class AuditTrailService {
  /** In the order of the chain. */
  async list(tx: Tx, filter: AuditFilter): Promise<AuditRecord[]> {
    return await tx.query<AuditRecord[]>(
      `SELECT c.seq, e.id, e.at, e.action, e.object_type AS "objectType", e.object_id AS "objectId", e.tenant_id AS "tenantId",
         e.before, e.after, e.reason, audit_payload(e) AS payload, encode(c.previous_hash, 'hex') AS "previousHash", encode(c.hash, 'hex') AS hash,
         jsonb_build_object('kind', e.actor_kind, 'id', e.actor_id, 'name', e.actor_name, 'address', e.actor_address) AS actor
       FROM audit_chain c JOIN audit_event e ON e.id = c.event_id
       WHERE ($1::text IS NULL OR e.actor_id = $1) AND ($2::text IS NULL OR e.action = $2) AND ($3::text IS NULL OR e.object_type = $3)
         AND ($4::text IS NULL OR e.object_id = $4) AND ($5::text IS NULL OR e.tenant_id = $5)
         AND ($6::timestamptz IS NULL OR e.at >= $6) AND ($7::timestamptz IS NULL OR e.at < $7) AND c.seq > $8
       ORDER BY c.seq LIMIT $9`,
      [
        filter.actorId ?? null,
        filter.action ?? null,
        filter.objectType ?? null,
        filter.objectId ?? null,
        filter.tenantId ?? null,
        filter.from ?? null,
        filter.until ?? null,
        filter.after ?? 0n,
        filter.limit,
      ],
    );
  }

  /** All that `filter` names, a page at a time, for an export of any length. */
  async *all(tx: Tx, filter: Omit<AuditFilter, 'after' | 'limit'>): AsyncGenerator<AuditRecord> {
    const limit = 500;
    for (let after = 0n; ;) {
      const records = await this.list(tx, { ...filter, after, limit });
      yield* records;
      const last = records.at(-1);
      if (last === undefined || records.length < limit) return;
      after = last.seq;
    }
  }

  /**
   * Reports the head of the trail, once a day of `at` (UTC) with an event on the trail: it is kept, and an event for whoever tells it
   * outside the database is recorded. Signed where the park has a key. Undefined where the head of the day was reported before.
   */
  async reportHead(tx: Tx, at: Date, key: KeyObject | undefined): Promise<SignedHead | undefined> {
    const [head] = await tx.query<AuditHead[]>(
      `INSERT INTO audit_head_report (day, at, seq, hash)
       SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date, $1, seq, hash FROM audit_head WHERE seq > 0
       ON CONFLICT (day) DO NOTHING RETURNING seq, encode(hash, 'hex') AS hash, at`,
      [at],
    );
    if (head === undefined) return undefined;
    const signed = signHead(head, key);
    await recordEvent(tx, HEAD_REPORTED, { key: signed.at, data: signed });
    return signed;
  }

  /** The hash of a link, in hexadecimal, as the tables hold it now. */
  async hashAt(tx: Tx, seq: bigint): Promise<string | undefined> {
    const [link] = await tx.query<{ hash: string }[]>(`SELECT encode(hash, 'hex') AS hash FROM audit_chain WHERE seq = $1`, [seq]);
    return link?.hash;
  }

  /** Recomputes every hash from what the tables hold now. Reads the whole trail. */
  async verify(tx: Tx): Promise<Verification> {
    const faults = await tx.query<{ seq: bigint | null; eventId: string; fault: string }[]>(
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
      [MOST_FAULTS],
    );
    const [counted] = await tx.query<{ events: bigint; head: string }[]>(
      `SELECT (SELECT count(*) FROM audit_event) AS events, encode(hash, 'hex') AS head FROM audit_head`,
    );
    return { events: counted?.events ?? 0n, head: counted?.head ?? '', intact: faults.length === 0, faults };
  }
}
