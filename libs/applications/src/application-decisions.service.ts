import { Injectable } from '@nestjs/common';
import type { Actor } from '#audit';
import type { Tx } from '#database';
import { DomainError, type Instant, instantOf, invariant } from '#kernel';
import { CompaniesService, lockTenants, requireImpartial, requireOutsider } from '#tenancy';
import { companiesOf, findApplication, lockApplication, promisedByOne, unknownApplication } from './application.queries.ts';
import { type Application, isParkKind, type Decision } from './domain/application.ts';
import { decided, type FinalDecision, type Promised, reviewed, type ReviewDecision, type Step } from './domain/application-rules.ts';
import { requireOpen } from '#programmes';
import { type Grant, GrantsService } from '#grants';
import { ParkProposalsService } from './park-proposals.service.ts';
import { ProgrammesService } from '#programmes';

/** What the park's people decide: the first review, and the final approval, which carries out what the application asks for. */
@Injectable()
export class ApplicationDecisionsService {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly grants: GrantsService,
    private readonly companies: CompaniesService,
    private readonly proposals: ParkProposalsService,
  ) {}

  /**
   * Locks the companies of several applications that are decided in one transaction, in the one order of locks. Ids without an application
   * are left out.
   */
  async lockCompanies(tx: Tx, applications: readonly { readonly id: string }[]): Promise<void> {
    const tenantIds = await companiesOf(
      tx,
      applications.map(({ id }) => id),
    );
    await lockTenants(tx, tenantIds);
  }

  /** @throws DomainError `application.stale`, `application.status`, `access.conflict-of-interest`, `application.same-person` */
  async review(tx: Tx, reviewer: Actor, id: string, version: number, decision: ReviewDecision, at: Instant): Promise<Application> {
    const before = await this.#lock(tx, id, version);
    const programme = await this.programmes.get(tx, before.programmeId);
    await requireNoPart(tx, reviewer, before);
    return await this.proposals.save(tx, reviewer, before, reviewed(before, reviewer, decision, programme, at), at);
  }

  /**
   * The final decision. An approval takes effect in the same transaction: it fails where the programme's budget is short.
   * @throws DomainError those of `review`, `programme.not-open`, `programme.budget-exceeded`, and those of the company's status
   */
  async decide(tx: Tx, approver: Actor, id: string, version: number, decision: FinalDecision, at: Instant): Promise<Application> {
    const before = await this.#lock(tx, id, version);
    const programme = await this.programmes.get(tx, before.programmeId);
    await requireNoPart(tx, approver, before);
    const step = decided(before, approver, decision, programme, await this.#promised(tx, before, decision), at);
    if (step.action === 'approved' || step.action === 'endorsed') await this.#requirePromisable(tx, before);
    const after = before.kind === 'claw-back' ? await this.#clawBack(tx, approver, step, at) : step.after;
    const saved = await this.proposals.save(tx, approver, before, { ...step, after }, at);
    if (step.action === 'approved') await this.#carryOut(tx, approver, saved, decision.opinion, at);
    return saved;
  }

  /**
   * Takes back a proposal of the park that was not decided, by who raised it; what it held is free again.
   * @throws DomainError `application.unknown`, `application.stale`, `application.status`, `application.not-yours`, `access.conflict-of-interest`
   */
  async withdrawProposal(tx: Tx, actor: Actor, id: string, version: number, reason: string, at: Instant): Promise<Application> {
    const before = await this.#lock(tx, id, version);
    if (!isParkKind(before.kind)) throw unknownApplication(id);
    if (before.createdBy !== actor.id) {
      throw new DomainError('application.not-yours', {
        detail: 'A proposal is withdrawn by who raised it.',
        remedy: 'Ask them, or have it rejected.',
        kind: 'forbidden',
      });
    }
    await requireImpartial(tx, actor, [before.tenantId]);
    return await this.proposals.withdraw(tx, actor, before, reason, at);
  }

  /** One person decides this alone, because it is urgent: it moves no money and stops no job. @throws DomainError `grant.unknown`, `access.conflict-of-interest` */
  async freeze(tx: Tx, actor: Actor, grantId: string, reason: string, at: Instant): Promise<Grant> {
    await this.#requireOutsider(tx, actor, grantId);
    return await this.grants.freeze(tx, actor, grantId, reason, at);
  }

  async unfreeze(tx: Tx, actor: Actor, grantId: string, reason: string, at: Instant): Promise<Grant> {
    await this.#requireOutsider(tx, actor, grantId);
    return await this.grants.unfreeze(tx, actor, grantId, reason, at);
  }

  async #requireOutsider(tx: Tx, actor: Actor, grantId: string): Promise<void> {
    const { tenantId } = await this.grants.get(tx, grantId);
    await requireImpartial(tx, actor, [tenantId]);
  }

  async #lock(tx: Tx, id: string, version: number): Promise<Application> {
    const { tenantId, round } = await findApplication(tx, id);
    if (round === 0) throw unknownApplication(id);
    // The company first: an approval moves its money (the one order of locks).
    await lockTenants(tx, [tenantId]);
    return await lockApplication(tx, id, version);
  }

  async #promised(tx: Tx, application: Application, decision: FinalDecision): Promise<Promised> {
    const { kind, grantId } = application;
    if (isParkKind(kind)) return { byGrant: 0n, byOne: 0n };
    const grant = grantId === null || kind === 'renewal' ? undefined : await this.grants.get(tx, grantId);
    const until = decision.validUntil ?? application.endorsement?.validUntil ?? application.validUntil ?? grant?.validUntil ?? null;
    const period = { from: instantOf(grant?.validFrom ?? known(application.validFrom)), until: instantOf(known(until)) };
    return {
      byGrant: grant === undefined ? 0n : await this.grants.promised(tx, grant.id),
      byOne: await promisedByOne(tx, application, period),
    };
  }

  /** A freeze or claw-back is always possible; a promise needs an open programme and an active company. */
  async #requirePromisable(tx: Tx, application: Application): Promise<void> {
    if (isParkKind(application.kind)) return;
    requireOpen(await this.programmes.get(tx, application.programmeId));
    await this.companies.requireActive(tx, application.tenantId);
  }

  /** Claws back what is held of the grant, or releases it. @returns the application as it took effect: approved for what was moved */
  async #clawBack(tx: Tx, actor: Actor, { action, after, opinion }: Step, at: Instant): Promise<Application> {
    if (action === 'approved') return await this.proposals.carryOut(tx, actor, after, opinion === '' ? after.purpose : opinion, at);
    return action === 'rejected' ? await this.proposals.release(tx, after, at) : after;
  }

  async #carryOut(tx: Tx, actor: Actor, application: Application, opinion: string, at: Instant): Promise<void> {
    const { approval, grantId } = application;
    invariant(approval !== null, `application ${application.id} was approved by somebody`);
    switch (application.kind) {
      case 'grant':
      case 'renewal':
        await this.#open(tx, actor, application, approval, at);
        break;
      case 'increase':
        await this.grants.amend(tx, actor, known(grantId), { addAmount: known(approval.amount) }, at);
        break;
      case 'extension':
        await this.grants.amend(tx, actor, known(grantId), { validUntil: known(approval.validUntil) }, at);
        break;
      case 'freeze':
        await this.grants.freeze(tx, actor, known(grantId), opinion === '' ? application.purpose : opinion, at);
        break;
      case 'claw-back':
        // `#clawBack` has moved it already: the amount is part of the decision.
        break;
    }
  }

  async #open(tx: Tx, actor: Actor, application: Application, approval: Decision, at: Instant): Promise<void> {
    await this.grants.open(tx, actor, {
      programmeId: application.programmeId,
      tenantId: application.tenantId,
      amount: known(approval.amount),
      validFrom: known(application.validFrom),
      validUntil: known(approval.validUntil),
      applicationId: application.id,
      effectiveAt: at,
    });
  }
}

/** Nobody decides for a company they belong to, or belonged to when it applied. */
async function requireNoPart(tx: Tx, actor: Actor, { tenantId, submission }: Application): Promise<void> {
  await requireImpartial(tx, actor, [tenantId]);
  if (submission?.members.includes(actor.id) === true) requireOutsider([tenantId], [tenantId]);
}

/** A term that a complete, approved application of its kind has. */
function known<T>(part: T | null): T {
  invariant(part !== null, 'an approved application has all terms of its kind');
  return part;
}
