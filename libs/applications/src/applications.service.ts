import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';
import { CompaniesService, lockTenants, MembersService, requireImpartial } from '#tenancy';
import {
  applicationEvents,
  countDrafts,
  type ApplicationEvent,
  type ApplicationFilter,
  findApplication,
  insertApplication,
  listApplications,
  lockApplication,
  recordStep,
  saveApplication,
  unknownApplication,
} from './application.queries.ts';
import { AttachmentsService } from './attachments.service.ts';
import {
  type Application,
  type ApplicationContent,
  type ApplicationKind,
  COMPANY_KINDS,
  EMPTY_CONTENT,
  isShownToCompany,
  type ParkKind,
} from './domain/application.ts';
import { edited, proposed, type Step, submitted, withdrawn } from './domain/application-rules.ts';
import { requireAttachments, requireComplete } from './domain/completeness.ts';
import { requireOpen, requireTakesApplications } from '#programmes';
import { type Grant, GrantsService } from '#grants';
import { ParkProposalsService } from './park-proposals.service.ts';
import { ProgrammesService } from '#programmes';

export interface NewApplication extends Partial<ApplicationContent> {
  readonly kind: (typeof COMPANY_KINDS)[number];
  /** Absent for an increase or extension: the grant's. */
  readonly programmeId?: string;
  /** The grant to renew, increase or extend. */
  readonly grantId?: string;
}

export interface Proposal {
  readonly kind: ParkKind;
  readonly grantId: string;
  readonly amount: bigint | null;
  readonly opinion: string;
}

/** Drafts that a company may have at once: each is autosaved, and each may carry attachments. */
const MOST_DRAFTS = 50;

/** What applicants do: draft, submit, withdraw; and what the park proposes of itself. The park's decisions are in `ApplicationDecisionsService`. */
@Injectable()
export class ApplicationsService {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly grants: GrantsService,
    private readonly attachments: AttachmentsService,
    private readonly companies: CompaniesService,
    private readonly members: MembersService,
    private readonly proposals: ParkProposalsService,
    private readonly audit: AuditService,
  ) {}

  /** Begins a draft; it may be as empty as its author likes. @throws DomainError `grant.unknown`, `programme.unknown`, `application.incomplete`, `application.too-many-drafts` */
  async draft(tx: Tx, actor: Actor, tenantId: string, input: NewApplication, at: Instant): Promise<Application> {
    await this.companies.requireActive(tx, tenantId);
    await this.#requireFewDrafts(tx, tenantId);
    const { kind, grantId, programmeId: named, ...content } = input;
    const grant = await this.#grantOf(tx, kind, grantId, tenantId);
    const amendsGrant = kind === 'increase' || kind === 'extension';
    const programmeId = amendsGrant ? grant?.programmeId : (named ?? grant?.programmeId);
    if (programmeId === undefined) {
      throw new DomainError('application.incomplete', {
        field: '/programmeId',
        detail: 'The application names no programme.',
        remedy: 'Choose one of the open programmes.',
      });
    }
    if ((await this.programmes.get(tx, programmeId)).status === 'draft') throw unknownProgramme(programmeId);
    const application = newApplication({ kind, programmeId, tenantId, grantId: grant?.id ?? null }, content, actor, at);
    await insertApplication(tx, application);
    await this.#record(tx, actor, undefined, { action: 'created', after: application, opinion: '' }, at);
    return application;
  }

  /** Saves what the applicant wrote. @throws DomainError `application.stale`, `application.status` */
  async edit(
    tx: Tx,
    tenantId: string,
    id: string,
    version: number,
    change: Partial<ApplicationContent>,
    at: Instant,
  ): Promise<Application> {
    const application = await this.#lockOwn(tx, id, version, tenantId);
    return await saveApplication(tx, edited(application, change), at);
  }

  /**
   * Hands a complete application to the park; from then on its author waits.
   * @throws DomainError `application.incomplete`, `application.period`, `application.attachment-missing`, `programme.not-open`,
   * `programme.outside-window`, `application.stale`
   */
  async submit(tx: Tx, actor: Actor, tenantId: string, id: string, version: number, at: Instant): Promise<Application> {
    const before = await this.#lockOwn(tx, id, version, tenantId);
    await this.companies.requireActive(tx, tenantId);
    const programme = await this.programmes.get(tx, before.programmeId);
    const people = await this.members.list(tx, tenantId);
    const step = submitted(
      before,
      actor.id,
      programme,
      people.map(({ userId }) => userId),
      at,
    );
    // A returned application came in time: its next round is not held to the window.
    if (startsGrant(before.kind) && before.round === 0) requireTakesApplications(programme, at);
    else requireOpen(programme);
    const grant = before.grantId === null ? undefined : await this.grants.get(tx, before.grantId, tenantId);
    if (grant !== undefined && !startsGrant(before.kind)) requireLive(grant, at);
    requireComplete(before, programme, grant, at);
    if (startsGrant(before.kind)) requireAttachments(programme.requiredAttachments, await this.attachments.kinds(tx, id));
    return await this.#take(tx, actor, before, step, at);
  }

  /** @throws DomainError `application.stale`, `application.status` */
  async withdraw(tx: Tx, actor: Actor, tenantId: string, id: string, version: number, reason: string, at: Instant): Promise<Application> {
    const before = await this.#lockOwn(tx, id, version, tenantId);
    if (!isCompanyKind(before.kind)) throw unknownApplication(id);
    if (before.round === 0) await this.attachments.removeAll(tx, id, at);
    return await this.#take(tx, actor, before, withdrawn(before, reason, at), at);
  }

  /**
   * The park proposes to freeze a grant or claw some of it back; another person decides. Until then the company does not read it, and
   * what is to be clawed back is held.
   * @throws DomainError `access.conflict-of-interest`, `grant.claw-back-pending`, `grant.nothing-to-claw-back`
   */
  async propose(tx: Tx, actor: Actor, proposal: Proposal, at: Instant): Promise<Application> {
    const { tenantId } = await this.grants.get(tx, proposal.grantId);
    await requireImpartial(tx, actor, [tenantId]);
    await lockTenants(tx, [tenantId]);
    const grant = await this.grants.get(tx, proposal.grantId);
    const programme = await this.programmes.get(tx, grant.programmeId);
    const content = { amount: proposal.kind === 'claw-back' ? proposal.amount : null, purpose: proposal.opinion };
    const place = { kind: proposal.kind, programmeId: programme.id, tenantId: grant.tenantId, grantId: grant.id };
    const draft = newApplication(place, content, actor, at);
    requireComplete(draft, programme, grant, at);
    const step = proposed(draft, { id: actor.id }, proposal.opinion, programme, at);
    const after = await this.proposals.hold(tx, step.after, grant, at);
    await insertApplication(tx, after);
    await this.#record(tx, actor, undefined, { ...step, after }, at);
    return after;
  }

  /** @throws DomainError `application.unknown`, also for one of another company than `tenantId`, and for a draft without one */
  async get(tx: Tx, id: string, tenantId?: string): Promise<Application> {
    const application = await findApplication(tx, id);
    const seen = tenantId === undefined ? application.round > 0 : application.tenantId === tenantId && isShownToCompany(application);
    if (!seen) throw unknownApplication(id);
    return application;
  }

  async list(tx: Tx, filter: ApplicationFilter): Promise<Application[]> {
    return await listApplications(tx, filter);
  }

  async events(tx: Tx, id: string): Promise<ApplicationEvent[]> {
    return await applicationEvents(tx, id);
  }

  async #requireFewDrafts(tx: Tx, tenantId: string): Promise<void> {
    await lockTenants(tx, [tenantId]);
    if ((await countDrafts(tx, tenantId)) < MOST_DRAFTS) return;
    throw new DomainError('application.too-many-drafts', {
      detail: `A company has at most ${MOST_DRAFTS} drafts at once.`,
      remedy: 'Submit or withdraw some of them.',
      kind: 'conflict',
    });
  }

  async #lockOwn(tx: Tx, id: string, version: number, tenantId: string): Promise<Application> {
    await this.get(tx, id, tenantId);
    return await lockApplication(tx, id, version);
  }

  async #grantOf(tx: Tx, kind: ApplicationKind, grantId: string | undefined, tenantId: string): Promise<Grant | undefined> {
    if (grantId !== undefined && kind !== 'grant') return await this.grants.get(tx, grantId, tenantId);
    if (grantId === undefined && kind === 'grant') return undefined;
    throw new DomainError('application.incomplete', {
      field: '/grantId',
      detail: kind === 'grant' ? 'A new grant follows no other.' : `The application does not say which grant the ${kind} is for.`,
      remedy: kind === 'grant' ? 'Leave the grant out, or apply for a renewal.' : 'Name one of your grants.',
    });
  }

  async #take(tx: Tx, actor: Actor, before: Application, step: Step, at: Instant): Promise<Application> {
    const saved = await saveApplication(tx, step.after, at);
    await this.#record(tx, actor, before, { ...step, after: saved }, at);
    return saved;
  }

  async #record(tx: Tx, actor: Actor, before: Application | undefined, step: Step, at: Instant): Promise<void> {
    await recordStep(tx, actor, step, at);
    const { after, action, opinion } = step;
    await this.audit.record(tx, {
      ...{ actor, action: `application.${action}`, objectType: 'application', objectId: after.id, tenantId: after.tenantId },
      ...(before !== undefined && { before: { status: before.status, version: before.version } }),
      after: { kind: after.kind, status: after.status, amount: after.amount, validUntil: after.validUntil, version: after.version },
      ...(opinion !== '' && { reason: opinion }),
    });
  }
}

function isCompanyKind(kind: ApplicationKind): boolean {
  return (COMPANY_KINDS as readonly ApplicationKind[]).includes(kind);
}

function startsGrant(kind: ApplicationKind): boolean {
  return kind === 'grant' || kind === 'renewal';
}

function requireLive(grant: Grant, at: Instant): void {
  if (grant.validUntil > toDate(at)) return;
  throw new DomainError('grant.expired', {
    field: '/grantId',
    detail: `${grant.name} ended at ${grant.validUntil.toISOString()}.`,
    remedy: 'Apply for a renewal.',
    kind: 'conflict',
  });
}

function unknownProgramme(id: string): DomainError {
  return new DomainError('programme.unknown', { field: '/programmeId', detail: `There is no programme ${id}.`, kind: 'not-found' });
}

function newApplication(
  place: Pick<Application, 'kind' | 'programmeId' | 'tenantId' | 'grantId'>,
  content: Partial<ApplicationContent>,
  actor: Actor,
  at: Instant,
): Application {
  return {
    ...EMPTY_CONTENT,
    ...content,
    ...place,
    ...{ id: newId('application'), status: 'draft', round: 0, submittedBy: null, submittedAt: null },
    ...{ submission: null, held: 0n, recommendation: null, endorsement: null, approval: null, dueAt: null, decidedAt: null },
    ...{ createdBy: actor.id, createdAt: toDate(at), updatedAt: toDate(at), version: 1 },
  };
}
