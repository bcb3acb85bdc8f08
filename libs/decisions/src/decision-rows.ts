import { type FindOptionsWhere, LessThan, LessThanOrEqual, MoreThan } from 'typeorm';
import { insertIfAbsent, type Tx } from '#database';
import { DomainError } from '#kernel';
import type { DecisionState, PendingDecision } from './domain/pending-decision.ts';
import { PendingDecisionEntity } from './pending-decision.entity.ts';

export interface DecisionFilter {
  readonly state?: DecisionState;
  readonly kind?: string;
  /** Only those before this id: the latest come first. */
  readonly after?: string;
  readonly limit: number;
}

/** A decision as it is at `now`: expired when it is past its end and nobody decided. */
function asOf(now: Date, decision: PendingDecisionEntity): PendingDecision {
  const { state, ...described } = decision;
  return { ...described, state: state === 'pending' && decision.expiresAt <= now ? 'expired' : state };
}

/** The rows that are in `state` at `now`: alternatives, of which a row meets one. */
function inState(state: DecisionState, now: Date): FindOptionsWhere<PendingDecisionEntity>[] {
  switch (state) {
    case 'pending':
      return [{ state, expiresAt: MoreThan(now) }];
    case 'expired':
      return [{ state }, { state: 'pending', expiresAt: LessThanOrEqual(now) }];
    default:
      return [{ state }];
  }
}

/** @throws DomainError `decision.unknown` */
export async function findDecision(tx: Tx, id: string, now: Date, lock: 'locked' | 'unlocked' = 'unlocked'): Promise<PendingDecision> {
  const decision = await tx.findOne(PendingDecisionEntity, {
    where: { id },
    ...(lock === 'locked' && { lock: { mode: 'pessimistic_write' as const } }),
  });
  if (decision !== null) return asOf(now, decision);
  throw new DomainError('decision.unknown', { detail: `There is no decision ${id}.`, kind: 'not-found' });
}

/** The latest first. */
export async function listDecisions(tx: Tx, filter: DecisionFilter, now: Date): Promise<PendingDecision[]> {
  const { state, kind, after, limit } = filter;
  const conditions = { ...(kind !== undefined && { kind }), ...(after !== undefined && { id: LessThan(after) }) };
  const states = state === undefined ? [{}] : inState(state, now);
  const decisions = await tx.find(PendingDecisionEntity, {
    where: states.map((one) => ({ ...one, ...conditions })),
    order: { id: 'DESC' },
    take: limit,
  });
  return decisions.map((decision) => asOf(now, decision));
}

/** @returns undefined, or the decision that is pending about the same subject: then nothing was written */
export async function insertDecision(tx: Tx, decision: PendingDecision): Promise<PendingDecision | undefined> {
  const { kind, subject, proposedAt } = decision;
  await tx.update(PendingDecisionEntity, { kind, subject, state: 'pending', expiresAt: LessThanOrEqual(proposedAt) }, { state: 'expired' });
  if (await insertIfAbsent(tx, PendingDecisionEntity, { ...decision, state: 'pending' })) return undefined;
  const pending = await tx.findOneBy(PendingDecisionEntity, { kind, subject, state: 'pending' });
  return pending === null ? undefined : asOf(proposedAt, pending);
}

export async function closeDecision(
  tx: Tx,
  id: string,
  state: DecisionState,
  by: { readonly id: string; readonly name: string },
  at: Date,
  comment: string,
): Promise<void> {
  await tx.update(
    PendingDecisionEntity,
    { id },
    { state, decidedBy: { id: by.id, name: by.name }, decidedAt: at, comment: comment === '' ? null : comment },
  );
}
