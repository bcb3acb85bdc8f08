import { type Actor, whoActed } from '#audit';
import { Brackets, In, LessThan, MoreThan, Not } from 'typeorm';
import { column, queryRows, rowType, type Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';
import { ApplicationEntity } from './application.entity.ts';
import { ApplicationEventEntity, type SubmittedContent } from './application-event.entity.ts';
import {
  type Application,
  type ApplicationAction,
  type ApplicationKind,
  type ApplicationStatus,
  PARK_KINDS,
  type SubmissionTerms,
  type Decision,
} from './domain/application.ts';
import type { Step } from './domain/application-rules.ts';

/** One step of an application's history, for people to read. */
export interface ApplicationEvent {
  readonly id: string;
  readonly round: number;
  readonly at: Date;
  readonly action: ApplicationAction;
  readonly status: ApplicationStatus;
  readonly actor: Actor;
  readonly amount: bigint | null;
  readonly validUntil: Date | null;
  readonly opinion: string | null;
  /** The content of the application at its submission. */
  readonly content: Readonly<Record<string, string | null>> | null;
}

export interface ApplicationFilter {
  readonly tenantId?: string;
  readonly programmeId?: string;
  readonly grantId?: string;
  readonly kinds?: readonly ApplicationKind[];
  readonly statuses?: readonly ApplicationStatus[];
  readonly submittedBefore?: Date;
  /** Only those whose next step was due by then. */
  readonly dueBefore?: Date;
  /** Without drafts: only their company reads them until they are submitted. */
  readonly withoutDrafts?: boolean;
  /** Only what the company may read: proposals of the park once they took effect. */
  readonly shownToCompany?: boolean;
  /** Only those after this id. */
  readonly after?: string;
  readonly limit: number;
}

function decision(by: string | null, amount: bigint | null, validUntil: Date | null): Decision | null {
  return by === null ? null : { by, amount, validUntil };
}

function toApplication({ reminded: _, ...row }: ApplicationEntity): Application {
  const { recommendedBy, recommendedAmount, recommendedValidUntil, endorsedBy, endorsedAmount, endorsedValidUntil, ...rest } = row;
  const { approvedBy, approvedAmount, approvedValidUntil, submission, heldAmount, ...application } = rest;
  return {
    ...application,
    held: heldAmount,
    recommendation: decision(recommendedBy, recommendedAmount, recommendedValidUntil),
    endorsement: decision(endorsedBy, endorsedAmount, endorsedValidUntil),
    approval: decision(approvedBy, approvedAmount, approvedValidUntil),
    submission: submission === null ? null : toSubmissionTerms(submission),
  };
}

function toSubmissionTerms({ secondApprovalAbove, members }: NonNullable<ApplicationEntity['submission']>): SubmissionTerms {
  return { secondApprovalAbove: secondApprovalAbove === null ? null : BigInt(secondApprovalAbove), members };
}

function toSubmission({ secondApprovalAbove, members }: SubmissionTerms): NonNullable<ApplicationEntity['submission']> {
  return { secondApprovalAbove: secondApprovalAbove?.toString() ?? null, members: [...members] };
}

/** The columns of an application, but for whether people were reminded of it. */
function toRow({
  recommendation,
  endorsement,
  approval,
  submission,
  held,
  ...application
}: Application): Omit<ApplicationEntity, 'reminded'> {
  return {
    ...application,
    heldAmount: held,
    recommendedBy: recommendation?.by ?? null,
    recommendedAmount: recommendation?.amount ?? null,
    recommendedValidUntil: recommendation?.validUntil ?? null,
    endorsedBy: endorsement?.by ?? null,
    endorsedAmount: endorsement?.amount ?? null,
    endorsedValidUntil: endorsement?.validUntil ?? null,
    approvedBy: approval?.by ?? null,
    approvedAmount: approval?.amount ?? null,
    approvedValidUntil: approval?.validUntil ?? null,
    submission: submission === null ? null : toSubmission(submission),
  };
}

export function unknownApplication(id: string): DomainError {
  return new DomainError('application.unknown', { detail: `There is no application ${id}.`, kind: 'not-found' });
}

/** @throws DomainError `application.unknown` */
export async function findApplication(tx: Tx, id: string): Promise<Application> {
  const row = await tx.findOneBy(ApplicationEntity, { id });
  if (row === null) throw unknownApplication(id);
  return toApplication(row);
}

/** The companies of those of `ids` that exist. */
export async function companiesOf(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.find(ApplicationEntity, { select: { id: true, tenantId: true }, where: { id: In([...ids]) } });
  return [...new Set(rows.map(({ tenantId }) => tenantId))];
}

/** Locks an application as it stood at `version`. @throws DomainError `application.unknown`, `application.stale` */
export async function lockApplication(tx: Tx, id: string, version: number): Promise<Application> {
  const row = await tx.findOne(ApplicationEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
  if (row === null) throw unknownApplication(id);
  if (row.version === version) return toApplication(row);
  throw new DomainError('application.stale', {
    detail: 'The application was changed since it was read.',
    remedy: 'Read it again and decide on its present content.',
    kind: 'stale',
  });
}

/** In the order in which they were begun. */
export async function listApplications(tx: Tx, filter: ApplicationFilter): Promise<Application[]> {
  const query = tx.createQueryBuilder(ApplicationEntity, 'application').orderBy('application.id').limit(filter.limit);
  const { tenantId, programmeId, grantId, kinds, statuses, submittedBefore, dueBefore, after } = filter;
  if (tenantId !== undefined) query.andWhere({ tenantId });
  if (programmeId !== undefined) query.andWhere({ programmeId });
  if (grantId !== undefined) query.andWhere({ grantId });
  if (kinds !== undefined) query.andWhere({ kind: In(kinds) });
  if (statuses !== undefined) query.andWhere({ status: In(statuses) });
  if (submittedBefore !== undefined) query.andWhere({ submittedAt: LessThan(submittedBefore) });
  if (dueBefore !== undefined) query.andWhere({ dueAt: LessThan(dueBefore) });
  if (after !== undefined) query.andWhere({ id: MoreThan(after) });
  if (filter.withoutDrafts === true) query.andWhere({ round: MoreThan(0) });
  if (filter.shownToCompany === true) {
    query.andWhere(new Brackets((shown) => shown.where({ kind: Not(In(PARK_KINDS)) }).orWhere({ status: 'approved' })));
  }
  return (await query.getMany()).map(toApplication);
}

/** Drafts of a company that were never submitted. */
export async function countDrafts(tx: Tx, tenantId: string): Promise<number> {
  return await tx.countBy(ApplicationEntity, { tenantId, status: 'draft', round: 0 });
}

const sum = rowType({ amount: column.bigint });

/** What one final approval alone has promised a company of a programme, in grants that are valid at any time of `period`. */
export async function promisedByOne(
  tx: Tx,
  { tenantId, programmeId }: Pick<Application, 'tenantId' | 'programmeId'>,
  period: { readonly from: Instant; readonly until: Instant },
): Promise<bigint> {
  const [row] = await queryRows(
    tx,
    sum,
    `SELECT coalesce(sum(a.approved_amount), 0)::bigint AS amount
       FROM application a JOIN grant_period g ON g.application_id = a.id OR (a.kind = 'increase' AND g.grant_id = a.grant_id)
      WHERE a.tenant_id = $1 AND a.programme_id = $2 AND a.status = 'approved' AND a.endorsed_by IS NULL
        AND a.kind IN ('grant', 'renewal', 'increase') AND g.valid_from < $4 AND g.valid_until > $3`,
    [tenantId, programmeId, toDate(period.from), toDate(period.until)],
  );
  return row?.amount ?? 0n;
}

export async function insertApplication(tx: Tx, application: Application): Promise<void> {
  await tx.insert(ApplicationEntity, toRow(application));
}

/** Writes what the caller has locked, as the next version; people are reminded of a new due date again. */
export async function saveApplication(tx: Tx, application: Application, at: Instant): Promise<Application> {
  const saved = { ...application, version: application.version + 1, updatedAt: toDate(at) };
  const reminded = (): string => 'CASE WHEN due_at IS NOT DISTINCT FROM :dueAt THEN reminded END';
  const update = tx
    .createQueryBuilder()
    .update(ApplicationEntity)
    .set({ ...toRow(saved), reminded });
  await update.where({ id: saved.id }).setParameter('dueAt', saved.dueAt).execute();
  return saved;
}

export async function recordStep(tx: Tx, actor: Actor, step: Step, at: Instant): Promise<void> {
  const { action, after, opinion } = step;
  const terms = action === 'endorsed' ? after.endorsement : action === 'recommended' ? after.recommendation : after.approval;
  await tx.insert(ApplicationEventEntity, {
    ...{ id: newId('event'), applicationId: after.id, tenantId: after.tenantId, round: after.round, at: toDate(at), action },
    ...{ toStatus: after.status, actor: whoActed(actor), amount: terms?.amount ?? null, validUntil: terms?.validUntil ?? null },
    ...{ opinion: opinion === '' ? null : opinion, content: action === 'submitted' ? contentOf(after) : null },
  });
}

function contentOf({ amount, validFrom, validUntil, purpose, plan, contactName, contactPhone }: Application): SubmittedContent {
  const period = { validFrom: validFrom?.toISOString() ?? null, validUntil: validUntil?.toISOString() ?? null };
  return { amount: amount?.toString() ?? null, ...period, purpose, plan, contactName, contactPhone };
}

/** The history of an application, first step first. */
export async function applicationEvents(tx: Tx, applicationId: string): Promise<ApplicationEvent[]> {
  const rows = await tx.find(ApplicationEventEntity, { where: { applicationId }, order: { position: 'ASC' } });
  return rows.map(({ position: _, applicationId: __, tenantId: ___, toStatus, ...event }) => ({ ...event, status: toStatus }));
}
