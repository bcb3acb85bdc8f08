import { DomainError } from '#kernel';

export const DECISION_STATES = ['pending', 'confirmed', 'rejected', 'withdrawn', 'expired'] as const;
export type DecisionState = (typeof DECISION_STATES)[number];

/** A decision that nobody confirms for so long ends by itself. */
export const DECISION_LIFE_SECONDS = 14 * 86_400;

/** What one person proposed and another one must confirm before it takes effect. */
export interface PendingDecision {
  readonly id: string;
  /** What is decided, such as `park-roles`. */
  readonly kind: string;
  /** Id of what it is about: one decision of a kind is pending about it at a time. */
  readonly subject: string;
  /** The company that it concerns. */
  readonly tenantId: string | null;
  /** The person that it favours: they neither propose nor confirm it. */
  readonly favours: string | null;
  /** What its kind needs to carry it out. */
  readonly payload: object;
  /** For people to read. */
  readonly summary: string;
  readonly reason: string;
  readonly proposedBy: { readonly id: string; readonly name: string };
  readonly proposedAt: Date;
  readonly expiresAt: Date;
  readonly state: DecisionState;
  readonly decidedBy: { readonly id: string; readonly name: string } | null;
  readonly decidedAt: Date | null;
  readonly comment: string | null;
}

/** @throws DomainError `decision.over` */
export function requirePending({ state }: PendingDecision): void {
  if (state === 'pending') return;
  throw new DomainError('decision.over', {
    detail: `This decision is ${state}.`,
    remedy: state === 'confirmed' ? 'Propose another one to change it again.' : 'Propose it again.',
    kind: 'conflict',
  });
}

/**
 * The two-person rule: nobody proposes what favours themselves, and nobody confirms or rejects what they proposed or what favours them.
 * @throws DomainError `decision.favours-oneself`, `decision.same-person`
 */
export function requireOtherPerson({ favours, proposedBy }: Pick<PendingDecision, 'favours' | 'proposedBy'>, personId: string): void {
  requireDisinterested(favours, personId);
  if (proposedBy.id !== personId) return;
  throw new DomainError('decision.same-person', {
    detail: 'Nobody confirms or rejects what they proposed.',
    remedy: 'Ask a colleague of the same role, or withdraw it.',
    kind: 'forbidden',
  });
}

/** @throws DomainError `decision.favours-oneself` */
export function requireDisinterested(favours: string | null, personId: string): void {
  if (favours !== personId) return;
  throw new DomainError('decision.favours-oneself', {
    detail: 'Nobody proposes or confirms what favours themselves.',
    remedy: 'Ask a colleague.',
    kind: 'forbidden',
  });
}
