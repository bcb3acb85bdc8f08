import type { Tx } from '#database';
import { DomainError } from '#kernel';
import type { DecisionState, PendingDecision } from './domain/pending-decision.ts';

export interface DecisionFilter {
  readonly state?: DecisionState;
  readonly kind?: string;
  /** Only those before this id: the latest come first. */
  readonly after?: string;
  readonly limit: number;
}

/** `$1` is the present instant: what is past its end reads as expired. */
const COLUMNS = `id, kind, subject, tenant_id AS "tenantId", favours, payload, summary, reason, proposed_by AS "proposedBy",
  proposed_at AS "proposedAt", expires_at AS "expiresAt", CASE WHEN state = 'pending' AND expires_at <= $1 THEN 'expired' ELSE state END AS state,
  decided_by AS "decidedBy", decided_at AS "decidedAt", comment`;

/** @throws DomainError `decision.unknown` */
export async function findDecision(tx: Tx, id: string, now: Date, lock: 'locked' | 'unlocked' = 'unlocked'): Promise<PendingDecision> {
  const [decision] = await tx.query<PendingDecision[]>(
    `SELECT ${COLUMNS} FROM pending_decision WHERE id = $2 ${lock === 'locked' ? 'FOR UPDATE' : ''}`,
    [now, id],
  );
  if (decision !== undefined) return decision;
  throw new DomainError('decision.unknown', { detail: `There is no decision ${id}.`, kind: 'not-found' });
}

/** The latest first. */
export async function listDecisions(tx: Tx, filter: DecisionFilter, now: Date): Promise<PendingDecision[]> {
  return await tx.query<PendingDecision[]>(
    `SELECT * FROM (SELECT ${COLUMNS} FROM pending_decision) decision
      WHERE ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR id < $4) ORDER BY id DESC LIMIT $5`,
    [now, filter.state ?? null, filter.kind ?? null, filter.after ?? null, filter.limit],
  );
}

/** @returns undefined, or the decision that is pending about the same subject: then nothing was written */
export async function insertDecision(tx: Tx, decision: PendingDecision): Promise<PendingDecision | undefined> {
  const { kind, subject, proposedAt } = decision;
  await tx.query(
    `UPDATE pending_decision SET state = 'expired' WHERE kind = $1 AND subject = $2 AND state = 'pending' AND expires_at <= $3`,
    [kind, subject, proposedAt],
  );
  const inserted = await tx.query<unknown[]>(
    `INSERT INTO pending_decision (id, kind, subject, tenant_id, favours, payload, summary, reason, proposed_by, proposed_at, expires_at, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending')
     ON CONFLICT (kind, subject) WHERE state = 'pending' DO NOTHING RETURNING id`,
    [
      ...[decision.id, kind, subject, decision.tenantId, decision.favours, JSON.stringify(decision.payload), decision.summary],
      ...[decision.reason, JSON.stringify(decision.proposedBy), proposedAt, decision.expiresAt],
    ],
  );
  if (inserted.length > 0) return undefined;
  const [pending] = await tx.query<PendingDecision[]>(
    `SELECT ${COLUMNS} FROM pending_decision WHERE kind = $2 AND subject = $3 AND state = 'pending'`,
    [proposedAt, kind, subject],
  );
  return pending;
}

export async function closeDecision(
  tx: Tx,
  id: string,
  state: DecisionState,
  by: { readonly id: string; readonly name: string },
  at: Date,
  comment: string,
): Promise<void> {
  await tx.query(`UPDATE pending_decision SET state = $2, decided_by = $3, decided_at = $4, comment = $5 WHERE id = $1`, [
    ...[id, state, JSON.stringify({ id: by.id, name: by.name }), at, comment === '' ? null : comment],
  ]);
}
