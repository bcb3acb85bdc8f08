import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { type Action, holdersOf, type Principal, requireMay, rolesThatMay } from '#identity';
import { DomainError, type Instant, invariant, newId, toDate } from '#kernel';
import { requireImpartial } from '#tenancy';
import { closeDecision, type DecisionFilter, findDecision, insertDecision, listDecisions } from './decision-rows.ts';
import {
  DECISION_LIFE_SECONDS,
  type DecisionState,
  type PendingDecision,
  requireDisinterested,
  requireOtherPerson,
  requirePending,
} from './domain/pending-decision.ts';

/** Something that takes two people. The module that owns it registers it. */
export interface DecisionKind {
  readonly kind: string;
  /** What both people must be allowed to do. */
  readonly action: Action;
  /** False where nothing is posted to the ledger; a month is not closed unnoticed over decisions of the other kinds. */
  readonly movesMoney?: false;
  /** The companies that a decision of this kind concerns, where they may be several; otherwise its own. */
  concerned?(tx: Tx, decision: Pick<PendingDecision, 'subject' | 'payload'>): Promise<readonly string[]>;
  /** Does it, in the transaction that confirms it; what it throws leaves the decision pending. */
  carryOut(tx: Tx, confirmer: Actor, decision: PendingDecision, at: Instant): Promise<void>;
  /** It was rejected or withdrawn, in the transaction that ends it. */
  dropped?(tx: Tx, actor: Actor, decision: PendingDecision, comment: string, at: Instant): Promise<void>;
}

/** More than any park has pending at once. */
const MOST_PENDING = 10_000;

export type NewDecision = Pick<PendingDecision, 'kind' | 'subject' | 'payload' | 'summary' | 'reason'> &
  Partial<Pick<PendingDecision, 'tenantId' | 'favours'>>;

/** Decisions that take a second person: proposed by one, confirmed or rejected by another, withdrawn by the first, or expired. */
@Injectable()
export class DecisionsService {
  readonly #kinds = new Map<string, DecisionKind>();

  constructor(private readonly audit: AuditService) {}

  register(kind: DecisionKind): void {
    this.#kinds.set(kind.kind, kind);
  }

  /**
   * @throws DomainError `decision.favours-oneself`, `decision.nobody-else`, `decision.pending`, `access.conflict-of-interest`; nothing is
   * written
   */
  async propose(tx: Tx, actor: Actor, input: NewDecision, at: Instant): Promise<PendingDecision> {
    const { tenantId = null, favours = null } = input;
    requireDisinterested(favours, actor.id);
    await this.#requireImpartial(tx, actor, { ...input, tenantId });
    await this.#requireSomebodyElse(tx, this.#kind(input.kind).action, [actor.id, favours]);
    const decision: PendingDecision = {
      ...{ ...input, tenantId, favours, id: newId('decision'), state: 'pending', decidedBy: null, decidedAt: null, comment: null },
      ...{ proposedBy: { id: actor.id, name: actor.name }, proposedAt: toDate(at), expiresAt: toDate(at + DECISION_LIFE_SECONDS) },
    };
    const first = await insertDecision(tx, decision);
    if (first !== undefined) {
      throw new DomainError('decision.pending', {
        detail: `${first.id} by ${first.proposedBy.name} about the same waits for a second person: ${first.summary}`,
        remedy: 'Have it confirmed, rejected or withdrawn first.',
        kind: 'conflict',
      });
    }
    await this.#record(tx, actor, decision, 'proposed', decision.reason);
    return decision;
  }

  /**
   * Carries out what somebody else proposed.
   * @throws DomainError `access.…`, `decision.unknown`, `decision.over`, `decision.same-person`, `decision.favours-oneself`, and what the act
   * itself is refused for; then it stays pending
   */
  async confirm(tx: Tx, principal: Principal, id: string, comment: string, at: Instant): Promise<PendingDecision> {
    const decision = await this.#lockForOther(tx, principal, id, at);
    await this.#kind(decision.kind).carryOut(tx, principal, decision, at);
    return await this.#close(tx, principal, decision, 'confirmed', comment, at);
  }

  /** @throws DomainError `access.…`, `decision.unknown`, `decision.over`, `decision.same-person`, `decision.favours-oneself` */
  async reject(tx: Tx, principal: Principal, id: string, comment: string, at: Instant): Promise<PendingDecision> {
    const decision = await this.#lockForOther(tx, principal, id, at);
    await this.#kind(decision.kind).dropped?.(tx, principal, decision, comment, at);
    return await this.#close(tx, principal, decision, 'rejected', comment, at);
  }

  /** By who proposed it. @throws DomainError `decision.unknown`, `decision.over`, `decision.not-yours`, `access.conflict-of-interest` */
  async withdraw(tx: Tx, principal: Principal, id: string, comment: string, at: Instant): Promise<PendingDecision> {
    const decision = await findDecision(tx, id, toDate(at), 'locked');
    if (decision.proposedBy.id !== principal.id) {
      throw new DomainError('decision.not-yours', {
        detail: `This was proposed by ${decision.proposedBy.name}.`,
        remedy: 'Reject it instead.',
        kind: 'forbidden',
      });
    }
    requirePending(decision);
    await this.#requireImpartial(tx, principal, decision);
    await this.#kind(decision.kind).dropped?.(tx, principal, decision, comment, at);
    return await this.#close(tx, principal, decision, 'withdrawn', comment, at);
  }

  /** @throws DomainError `decision.unknown` */
  async get(tx: Tx, id: string, at: Instant): Promise<PendingDecision> {
    return await findDecision(tx, id, toDate(at));
  }

  /** The latest first. */
  async list(tx: Tx, filter: DecisionFilter, at: Instant): Promise<PendingDecision[]> {
    return await listDecisions(tx, filter, toDate(at));
  }

  /** The decision of a kind that waits for a second person about `subject`. */
  async pendingAbout(tx: Tx, kind: string, subject: string, at: Instant): Promise<PendingDecision | undefined> {
    const pending = await listDecisions(tx, { kind, state: 'pending', limit: MOST_PENDING }, toDate(at));
    return pending.find((decision) => decision.subject === subject);
  }

  /** What waits for a second person and moves money. */
  async pendingMoney(tx: Tx, at: Instant): Promise<PendingDecision[]> {
    const pending = await listDecisions(tx, { state: 'pending', limit: MOST_PENDING }, toDate(at));
    return pending.filter(({ kind }) => this.#kinds.get(kind)?.movesMoney !== false);
  }

  async #lockForOther(tx: Tx, principal: Principal, id: string, at: Instant): Promise<PendingDecision> {
    const decision = await findDecision(tx, id, toDate(at), 'locked');
    requireMay(principal, this.#kind(decision.kind).action);
    requirePending(decision);
    requireOtherPerson(decision, principal.id);
    await this.#requireImpartial(tx, principal, decision);
    return decision;
  }

  async #requireImpartial(
    tx: Tx,
    actor: Actor,
    decision: Pick<PendingDecision, 'kind' | 'subject' | 'payload' | 'tenantId'>,
  ): Promise<void> {
    const own = decision.tenantId === null ? [] : [decision.tenantId];
    await requireImpartial(tx, actor, (await this.#kind(decision.kind).concerned?.(tx, decision)) ?? own);
  }

  async #close(
    tx: Tx,
    principal: Principal,
    decision: PendingDecision,
    state: DecisionState,
    comment: string,
    at: Instant,
  ): Promise<PendingDecision> {
    await closeDecision(tx, decision.id, state, principal, toDate(at), comment);
    await this.#record(tx, principal, decision, state, comment === '' ? decision.reason : comment);
    return await findDecision(tx, decision.id, toDate(at));
  }

  async #record(tx: Tx, actor: Actor, decision: PendingDecision, what: string, reason: string): Promise<void> {
    const { kind, subject, tenantId, summary, payload, proposedBy } = decision;
    await this.audit.record(tx, {
      ...{ actor, action: `decision.${what}`, objectType: 'decision', objectId: decision.id, reason },
      ...(tenantId !== null && { tenantId }),
      ...{ before: { state: what === 'proposed' ? null : 'pending' }, after: { kind, subject, summary, payload, proposedBy } },
    });
  }

  async #requireSomebodyElse(tx: Tx, action: Action, not: readonly (string | null)[]): Promise<void> {
    const roles = rolesThatMay(action);
    if ((await holdersOf(tx, ...roles)).some(({ id }) => !not.includes(id))) return;
    const who = roles.join(' or ');
    throw new DomainError('decision.nobody-else', {
      detail: `This takes a second person with the role ${who}, and nobody else has it.`,
      remedy: roles.includes('administrator')
        ? 'Make a second administrator first, with the command create-administrator on the server.'
        : `Have the administrators give a colleague the role ${who} first.`,
      kind: 'conflict',
    });
  }

  #kind(kind: string): DecisionKind {
    const known = this.#kinds.get(kind);
    invariant(known !== undefined, `decisions of the kind ${kind} are registered`);
    return known;
  }
}
