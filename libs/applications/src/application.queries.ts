import { type Actor, whoActed } from '#audit';
import type { Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';
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

interface Row extends Omit<Application, 'recommendation' | 'endorsement' | 'approval' | 'submission'> {
  submission: { secondApprovalAbove: string | null; members: string[] } | null;
  recommendedBy: string | null;
  recommendedAmount: bigint | null;
  recommendedUntil: Date | null;
  endorsedBy: string | null;
  endorsedAmount: bigint | null;
  endorsedUntil: Date | null;
  approvedBy: string | null;
  approvedAmount: bigint | null;
  approvedUntil: Date | null;
}

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
  /** What the application said when it was submitted. */
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
  /** Drafts are their company's own business until they are submitted. */
  readonly withoutDrafts?: boolean;
  /** What the park proposes is not for the company's eyes until it took effect. */
  readonly shownToCompany?: boolean;
  /** Only those after this id. */
  readonly after?: string;
  readonly limit: number;
}

const COLUMNS = `id, kind, programme_id AS "programmeId", tenant_id AS "tenantId", grant_id AS "grantId", status, round,
  purpose, plan, contact_name AS "contactName", contact_phone AS "contactPhone", amount, valid_from AS "validFrom",
  valid_until AS "validUntil", submitted_by AS "submittedBy", submitted_at AS "submittedAt", submission, held_amount AS held,
  recommended_by AS "recommendedBy", recommended_amount AS "recommendedAmount", recommended_valid_until AS "recommendedUntil",
  endorsed_by AS "endorsedBy", endorsed_amount AS "endorsedAmount", endorsed_valid_until AS "endorsedUntil",
  approved_by AS "approvedBy", approved_amount AS "approvedAmount", approved_valid_until AS "approvedUntil",
  due_at AS "dueAt", decided_at AS "decidedAt", created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt", version`;

function word(by: string | null, amount: bigint | null, validUntil: Date | null): Decision | null {
  return by === null ? null : { by, amount, validUntil };
}

function termsOf({ secondApprovalAbove, members }: NonNullable<Row['submission']>): SubmissionTerms {
  return { secondApprovalAbove: secondApprovalAbove === null ? null : BigInt(secondApprovalAbove), members };
}

function toApplication(row: Row): Application {
  const { recommendedBy, recommendedAmount, recommendedUntil, endorsedBy, endorsedAmount, endorsedUntil, ...rest } = row;
  const { approvedBy, approvedAmount, approvedUntil, submission, ...application } = rest;
  return {
    ...application,
    recommendation: word(recommendedBy, recommendedAmount, recommendedUntil),
    endorsement: word(endorsedBy, endorsedAmount, endorsedUntil),
    approval: word(approvedBy, approvedAmount, approvedUntil),
    submission: submission === null ? null : termsOf(submission),
  };
}

export function unknownApplication(id: string): DomainError {
  return new DomainError('application.unknown', { detail: `There is no application ${id}.`, kind: 'not-found' });
}

/** @throws DomainError `application.unknown` */
export async function findApplication(tx: Tx, id: string): Promise<Application> {
  const [row] = await tx.query<Row[]>(`SELECT ${COLUMNS} FROM application WHERE id = $1`, [id]);
  if (row === undefined) throw unknownApplication(id);
  return toApplication(row);
}

/** Locks an application as it stood at `version`. @throws DomainError `application.unknown`, `application.stale` */
export async function lockApplication(tx: Tx, id: string, version: number): Promise<Application> {
  const [row] = await tx.query<Row[]>(`SELECT ${COLUMNS} FROM application WHERE id = $1 FOR NO KEY UPDATE`, [id]);
  if (row === undefined) throw unknownApplication(id);
  if (row.version === version) return toApplication(row);
  throw new DomainError('application.stale', {
    detail: 'The application was changed since it was read.',
    remedy: 'Read it again and decide on what it says now.',
    kind: 'stale',
  });
}

/** In the order in which they were begun. */
export async function listApplications(tx: Tx, filter: ApplicationFilter): Promise<Application[]> {
  const rows = await tx.query<Row[]>(
    `SELECT ${COLUMNS} FROM application
      WHERE ($1::text IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR programme_id = $2) AND ($3::text IS NULL OR grant_id = $3)
        AND ($4::text[] IS NULL OR status = ANY ($4)) AND ($5::timestamptz IS NULL OR due_at < $5)
        AND (NOT $6 OR round > 0) AND ($7::text IS NULL OR id > $7)
        AND ($9::text[] IS NULL OR kind = ANY ($9)) AND ($10::timestamptz IS NULL OR submitted_at < $10)
        AND (NOT $11 OR kind <> ALL ($12) OR status = 'approved')
      ORDER BY id LIMIT $8`,
    [
      ...[filter.tenantId ?? null, filter.programmeId ?? null, filter.grantId ?? null, filter.statuses ?? null],
      ...[filter.dueBefore ?? null, filter.withoutDrafts === true, filter.after ?? null, filter.limit],
      ...[filter.kinds ?? null, filter.submittedBefore ?? null, filter.shownToCompany === true, PARK_KINDS],
    ],
  );
  return rows.map(toApplication);
}

/** Drafts of a company that were never submitted. */
export async function countDrafts(tx: Tx, tenantId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM application WHERE tenant_id = $1 AND status = 'draft' AND round = 0`,
    [tenantId],
  );
  return row?.count ?? 0;
}

/** What one final approval alone has promised a company of a programme, in grants that are valid at any time of `period`. */
export async function promisedByOne(
  tx: Tx,
  { tenantId, programmeId }: Pick<Application, 'tenantId' | 'programmeId'>,
  period: { readonly from: Instant; readonly until: Instant },
): Promise<bigint> {
  const [row] = await tx.query<{ amount: bigint }[]>(
    `SELECT coalesce(sum(a.approved_amount), 0)::bigint AS amount
       FROM application a JOIN subsidy_grant g ON g.application_id = a.id OR (a.kind = 'increase' AND g.id = a.grant_id)
      WHERE a.tenant_id = $1 AND a.programme_id = $2 AND a.status = 'approved' AND a.endorsed_by IS NULL
        AND a.kind IN ('grant', 'renewal', 'increase') AND g.valid_from < $4 AND g.valid_until > $3`,
    [tenantId, programmeId, toDate(period.from), toDate(period.until)],
  );
  return row?.amount ?? 0n;
}

function submissionJson({ secondApprovalAbove, members }: SubmissionTerms): string {
  return JSON.stringify({ secondApprovalAbove: secondApprovalAbove?.toString() ?? null, members });
}

function values(application: Application): unknown[] {
  const { recommendation, endorsement, approval } = application;
  return [
    ...[application.id, application.status, application.round, application.purpose, application.plan],
    ...[application.contactName, application.contactPhone, application.amount, application.validFrom, application.validUntil],
    ...[application.submittedBy, application.submittedAt],
    ...[recommendation?.by ?? null, recommendation?.amount ?? null, recommendation?.validUntil ?? null],
    ...[endorsement?.by ?? null, endorsement?.amount ?? null, endorsement?.validUntil ?? null],
    ...[approval?.by ?? null, approval?.amount ?? null, approval?.validUntil ?? null],
    ...[application.dueAt, application.decidedAt, application.updatedAt, application.version],
    ...[application.submission === null ? null : submissionJson(application.submission), application.held],
  ];
}

const WRITTEN = `id, status, round, purpose, plan, contact_name, contact_phone, amount, valid_from, valid_until, submitted_by, submitted_at,
  recommended_by, recommended_amount, recommended_valid_until, endorsed_by, endorsed_amount, endorsed_valid_until,
  approved_by, approved_amount, approved_valid_until, due_at, decided_at, updated_at, version, submission, held_amount`;
const PLACES = Array.from({ length: 27 }, (_, index) => `$${index + 1}`).join(', ');

export async function insertApplication(tx: Tx, application: Application): Promise<void> {
  const { kind, programmeId, tenantId, grantId, createdBy, createdAt } = application;
  await tx.query(
    `INSERT INTO application (${WRITTEN}, kind, programme_id, tenant_id, grant_id, created_by, created_at)
     VALUES (${PLACES}, $28, $29, $30, $31, $32, $33)`,
    [...values(application), kind, programmeId, tenantId, grantId, createdBy, createdAt],
  );
}

/** Writes what the caller has locked, as the next version; a new due date is reminded of anew. */
export async function saveApplication(tx: Tx, application: Application, at: Instant): Promise<Application> {
  const saved = { ...application, version: application.version + 1, updatedAt: toDate(at) };
  await tx.query(
    `UPDATE application SET reminded = CASE WHEN due_at IS NOT DISTINCT FROM $22 THEN reminded END,
       (${WRITTEN}) = ROW (${PLACES}) WHERE id = $1`,
    values(saved),
  );
  return saved;
}

export async function recordStep(tx: Tx, actor: Actor, step: Step, at: Instant): Promise<void> {
  const { action, after, opinion } = step;
  const said = action === 'endorsed' ? after.endorsement : action === 'recommended' ? after.recommendation : after.approval;
  const { amount, validFrom, validUntil, purpose, plan, contactName, contactPhone } = after;
  const content = { amount: amount?.toString() ?? null, validFrom, validUntil, purpose, plan, contactName, contactPhone };
  await tx.query(
    `INSERT INTO application_event (id, application_id, tenant_id, round, at, action, to_status, actor, amount, valid_until, opinion, content)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[newId('event'), after.id, after.tenantId, after.round, toDate(at), action, after.status, JSON.stringify(whoActed(actor))],
      ...[said?.amount ?? null, said?.validUntil ?? null, opinion === '' ? null : opinion],
      action === 'submitted' ? JSON.stringify(content) : null,
    ],
  );
}

/** The history of an application, first step first. */
export async function applicationEvents(tx: Tx, applicationId: string): Promise<ApplicationEvent[]> {
  return await tx.query<ApplicationEvent[]>(
    `SELECT id, round, at, action, to_status AS status, actor, amount, valid_until AS "validUntil", opinion, content
       FROM application_event WHERE application_id = $1 ORDER BY position`,
    [applicationId],
  );
}
