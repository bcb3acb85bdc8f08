import { DomainError, formatAmount, type Instant, instantOf, toDate, type Unit } from '#kernel';
import {
  type Application,
  type ApplicationAction,
  type ApplicationContent,
  type ApplicationStatus,
  isParkKind,
  type Terms,
  type Decision,
} from './application.ts';
import type { Programme } from '#programmes';

/*
 * All steps of an application:
 *
 *   draft ──submit──▶ submitted ──recommend──▶ recommended ──approve──▶ approved
 *     ▲                │   │                     │  │   └─above the threshold─▶ endorsed ──approve──▶ approved
 *     └── (edited) ◀── returned ◀──────return────┘  └──reject──▶ rejected ◀─────reject──┘
 *                      └──decline──▶ rejected
 *
 * and, until it is decided, ──withdraw──▶ withdrawn. A proposal of the park (freeze, claw-back) begins at `recommended`: the person who
 * raises it recommends it, and somebody else decides.
 */

/** A person who reviews, proposes or decides. */
export interface Decider {
  readonly id: string;
}

export interface ReviewDecision extends Partial<Terms> {
  readonly verdict: 'recommend' | 'return' | 'decline';
  readonly opinion: string;
}

export interface FinalDecision extends Partial<Terms> {
  readonly verdict: 'approve' | 'return' | 'reject';
  readonly opinion: string;
}

/** What was promised before an application that promises more; in the unit of its programme. */
export interface Promised {
  /** By the grant that it is about, in all. */
  readonly byGrant: bigint;
  /** By one final approval alone: to the same company, out of the same programme, for the same time. */
  readonly byOne: bigint;
}

/** What somebody did, and what the application is after it. */
export interface Step {
  readonly action: ApplicationAction;
  readonly after: Application;
  readonly opinion: string;
}

const OPEN_STATUSES: readonly ApplicationStatus[] = ['draft', 'submitted', 'returned', 'recommended', 'endorsed'];

function requireStatus(application: Application, allowed: readonly ApplicationStatus[], doing: string): void {
  if (allowed.includes(application.status)) return;
  throw new DomainError('application.status', {
    detail: `An application that is ${application.status} cannot be ${doing}.`,
    remedy: 'Read it again: somebody may have acted meanwhile.',
    kind: 'conflict',
  });
}

function requireOpinion(opinion: string, needed: boolean): void {
  if (!needed || opinion.trim() !== '') return;
  throw new DomainError('application.opinion-missing', {
    field: '/opinion',
    detail: 'A return or refusal needs a reason.',
    remedy: 'Write what is missing, or the reason, for the applicant to read.',
  });
}

function requireOther(application: Application, decider: Decider, others: readonly (string | null | undefined)[]): void {
  if (!others.includes(decider.id) && decider.id !== application.createdBy) return;
  throw new DomainError('application.same-person', {
    detail: 'This step needs another person than the ones who asked for, reviewed or approved it before.',
    remedy: 'Leave it to a colleague.',
    kind: 'forbidden',
  });
}

/** The application with what the applicant wrote. @throws DomainError `application.status` */
export function edited(application: Application, change: Partial<ApplicationContent>): Application {
  requireStatus(application, ['draft', 'returned'], 'changed');
  return { ...application, ...change };
}

/**
 * Submits an application. `requireComplete` and the programme have checked before what it asks for.
 * @param members the people of the company on that day
 */
export function submitted(application: Application, by: string, programme: Programme, members: readonly string[], at: Instant): Step {
  requireStatus(application, ['draft', 'returned'], 'submitted');
  const after: Application = {
    ...application,
    status: 'submitted',
    round: application.round + 1,
    submittedBy: by,
    submittedAt: toDate(at),
    submission: { secondApprovalAbove: programme.secondApprovalAbove, members },
    recommendation: null,
    endorsement: null,
    dueAt: toDate(dueAfter(at, programme.reviewDays)),
  };
  return { action: 'submitted', after, opinion: '' };
}

/** A freeze or claw-back as the park proposes it: recommended by who raises it, for somebody else to decide. */
export function proposed(application: Application, by: Decider, opinion: string, programme: Programme, at: Instant): Step {
  requireOpinion(opinion, true);
  const after: Application = {
    ...application,
    status: 'recommended',
    round: 1,
    submittedBy: by.id,
    submittedAt: toDate(at),
    recommendation: { by: by.id, amount: application.amount, validUntil: application.validUntil },
    dueAt: toDate(dueAfter(at, programme.decisionDays)),
  };
  return { action: 'recommended', after, opinion };
}

/** The first review: 推荐, 退回 or 不予支持, by a person who did not submit the application. */
export function reviewed(application: Application, reviewer: Decider, decision: ReviewDecision, programme: Programme, at: Instant): Step {
  requireStatus(application, ['submitted'], 'reviewed');
  requireOther(application, reviewer, [application.submittedBy]);
  requireOpinion(decision.opinion, decision.verdict !== 'recommend');
  switch (decision.verdict) {
    case 'recommend': {
      const recommendation = { by: reviewer.id, ...within(decision, application, programme.unit) };
      const dueAt = toDate(dueAfter(at, programme.decisionDays));
      return { action: 'recommended', after: { ...application, status: 'recommended', recommendation, dueAt }, opinion: decision.opinion };
    }
    case 'return':
      return { action: 'returned', after: returned(application), opinion: decision.opinion };
    case 'decline':
      return { action: 'declined', after: ended(application, 'rejected', at), opinion: decision.opinion };
  }
}

/**
 * The final decision, by another person than the reviewer; above the programme's threshold by two others.
 */
export function decided(
  application: Application,
  approver: Decider,
  decision: FinalDecision,
  programme: Programme,
  promised: Promised,
  at: Instant,
): Step {
  requireStatus(application, ['recommended', 'endorsed'], 'decided');
  requireOther(application, approver, [application.submittedBy, application.recommendation?.by, application.endorsement?.by]);
  requireOpinion(decision.opinion, decision.verdict !== 'approve');
  switch (decision.verdict) {
    case 'approve':
      return approved(application, approver, decision, programme, promised, at);
    case 'return':
      if (isParkKind(application.kind)) {
        throw new DomainError('application.not-returnable', {
          field: '/verdict',
          detail: 'A proposal of the park is approved or rejected.',
          remedy: 'Reject it; it can be raised again.',
          kind: 'conflict',
        });
      }
      return { action: 'returned', after: returned(application), opinion: decision.opinion };
    case 'reject':
      return { action: 'rejected', after: ended(application, 'rejected', at), opinion: decision.opinion };
  }
}

/** The applicant, or who proposed it, takes it back before it is decided. */
export function withdrawn(application: Application, reason: string, at: Instant): Step {
  requireStatus(application, OPEN_STATUSES, 'withdrawn');
  return { action: 'withdrawn', after: ended(application, 'withdrawn', at), opinion: reason };
}

function approved(
  application: Application,
  approver: Decider,
  decision: FinalDecision,
  programme: Programme,
  promised: Promised,
  at: Instant,
): Step {
  // A term that the approver leaves out is that of the decision before. Nobody approves more than was asked for.
  const earlier = application.endorsement ?? application.recommendation ?? application;
  const limit = application.endorsement ?? application;
  const terms = within(
    { amount: decision.amount ?? earlier.amount, validUntil: decision.validUntil ?? earlier.validUntil },
    limit,
    programme.unit,
  );
  const approval: Decision = { by: approver.id, ...terms };
  requireFuture(application, terms, at);
  if (application.endorsement === null && needsSecond(application, terms, programme, promised)) {
    const dueAt = toDate(dueAfter(at, programme.decisionDays));
    return { action: 'endorsed', after: { ...application, status: 'endorsed', endorsement: approval, dueAt }, opinion: decision.opinion };
  }
  return { action: 'approved', after: { ...ended(application, 'approved', at), approval }, opinion: decision.opinion };
}

/**
 * Promises above the threshold that the programme had on the day of submission need a second final approval; a freeze or claw-back does
 * not. The sum of the grant counts, and the sum of what one approval alone would have promised. So nobody can split a promise into
 * parts below the threshold, neither into increases nor into several grants.
 */
function needsSecond(application: Application, terms: Terms, programme: Programme, { byGrant, byOne }: Promised): boolean {
  if (isParkKind(application.kind)) return false;
  const threshold = (application.submission ?? programme).secondApprovalAbove;
  if (threshold === null) return false;
  // An extension adds nothing to its grant, but the grant may then be valid at the same time as another one.
  return (terms.amount !== null && byGrant + terms.amount > threshold) || byOne + (terms.amount ?? 0n) > threshold;
}

function within(given: Partial<Terms>, limit: Terms, unit: Unit): Terms {
  const amount = given.amount ?? limit.amount;
  const validUntil = given.validUntil ?? limit.validUntil;
  if (amount !== null && (amount <= 0n || limit.amount === null || amount > limit.amount)) {
    throw new DomainError('application.amount-exceeds', {
      field: '/amount',
      detail:
        limit.amount === null
          ? 'This application asks for no amount.'
          : `${formatAmount(unit, amount)} is not above zero and at most the ${formatAmount(unit, limit.amount)} asked for.`,
      remedy: 'Give an amount up to what was asked for and approved so far, or leave it out for all of it.',
    });
  }
  if (validUntil !== null && (limit.validUntil === null || validUntil > limit.validUntil)) {
    throw new DomainError('application.period-exceeds', {
      field: '/validUntil',
      detail: 'This ends later than was asked for.',
      remedy: 'Give an end up to the one asked for, or leave it out.',
    });
  }
  return { amount, validUntil };
}

function requireFuture(application: Application, terms: Terms, at: Instant): void {
  if (terms.validUntil === null) return;
  const begins = application.validFrom === null ? at : Math.max(at, instantOf(application.validFrom));
  if (instantOf(terms.validUntil) > begins) return;
  throw new DomainError('application.period-over', {
    field: '/validUntil',
    detail: 'The grant would end before it begins, or in the past.',
    remedy: 'Return the application, so that it asks for a period that still lies ahead.',
    kind: 'conflict',
  });
}

function returned(application: Application): Application {
  return { ...application, status: 'returned', recommendation: null, endorsement: null, dueAt: null };
}

function ended(application: Application, status: 'approved' | 'rejected' | 'withdrawn', at: Instant): Application {
  return { ...application, status, dueAt: null, decidedAt: toDate(at) };
}

const DAY_SECONDS = 86_400;

/** When a decision that takes `days` calendar days is due. */
function dueAfter(at: Instant, days: number): Instant {
  return at + days * DAY_SECONDS;
}
