import { Injectable } from '@nestjs/common';
import { type Actor, Audit } from '#audit';
import type { Tx } from '#database';
import { type Instant, invariant, toDate } from '#kernel';
import { Companies, lockTenants, Members } from '#tenancy';
import { findApplication, lockApplication, recordStep, saveApplication, unknownApplication } from './application.queries.ts';
import type { Application, Word } from './domain/application.ts';
import {
  conflictOfInterest,
  decided,
  type Decider,
  type FinalWord,
  reviewed,
  type ReviewWord,
  type Step,
} from './domain/application-rules.ts';
import { requireOpen } from './domain/programme.ts';
import { type Grant, Grants } from './grants.service.ts';
import { Programmes } from './programmes.service.ts';

/** What the park's people decide: the first review, and the final approval that turns an application into what it asks for. */
@Injectable()
export class ApplicationDecisions {
  constructor(
    private readonly programmes: Programmes,
    private readonly grants: Grants,
    private readonly companies: Companies,
    private readonly members: Members,
    private readonly audit: Audit,
  ) {}

  /** @throws DomainError `application.stale`, `application.status`, `application.conflict-of-interest`, `application.same-person` */
  async review(tx: Tx, reviewer: Actor, id: string, version: number, word: ReviewWord, at: Instant): Promise<Application> {
    const before = await this.#lock(tx, id, version);
    const programme = await this.programmes.get(tx, before.programmeId);
    return await this.#take(tx, reviewer, before, reviewed(before, await this.#decider(tx, reviewer, before), word, programme, at), at);
  }

  /**
   * The final word; an approval takes effect in the same transaction, so it stands or falls with the programme's budget.
   * @throws DomainError those of `review`, `programme.not-open`, `programme.budget-exceeded`, and the company's standing
   */
  async decide(tx: Tx, approver: Actor, id: string, version: number, word: FinalWord, at: Instant): Promise<Application> {
    const before = await this.#lock(tx, id, version);
    const programme = await this.programmes.get(tx, before.programmeId);
    const step = decided(before, await this.#decider(tx, approver, before), word, programme, at);
    if (step.action === 'approved' || step.action === 'endorsed') await this.#requirePromisable(tx, before);
    const saved = await this.#take(tx, approver, before, step, at);
    if (step.action === 'approved') await this.#carryOut(tx, approver, saved, word.opinion, at);
    return saved;
  }

  /** Urgent, so one person's own decision: it moves nothing and stops no job. @throws DomainError `grant.unknown`, `application.conflict-of-interest` */
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
    if (await this.members.belongs(tx, actor.id, tenantId)) throw conflictOfInterest();
  }

  async #lock(tx: Tx, id: string, version: number): Promise<Application> {
    const { tenantId, round } = await findApplication(tx, id);
    if (round === 0) throw unknownApplication(id);
    // The company first: an approval moves its money (the one order of locks).
    await lockTenants(tx, [tenantId]);
    return await lockApplication(tx, id, version);
  }

  async #decider(tx: Tx, actor: Actor, application: Application): Promise<Decider> {
    return { id: actor.id, belongsToCompany: await this.members.belongs(tx, actor.id, application.tenantId) };
  }

  /** Taking back is always possible; promising needs an open programme and an active company. */
  async #requirePromisable(tx: Tx, application: Application): Promise<void> {
    if (application.kind === 'freeze' || application.kind === 'claw-back') return;
    requireOpen(await this.programmes.get(tx, application.programmeId));
    await this.companies.requireActive(tx, application.tenantId);
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
      case 'claw-back': {
        const reason = opinion === '' ? application.purpose : opinion;
        await this.grants.clawBack(tx, actor, known(grantId), known(approval.amount), reason, at);
        break;
      }
    }
  }

  async #open(tx: Tx, actor: Actor, application: Application, approval: Word, at: Instant): Promise<void> {
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

  async #take(tx: Tx, actor: Actor, before: Application, step: Step, at: Instant): Promise<Application> {
    const saved = await saveApplication(tx, step.after, at);
    await recordStep(tx, actor, { ...step, after: saved }, at);
    const said = saved.approval ?? saved.endorsement ?? saved.recommendation;
    await this.audit.record(tx, {
      ...{ actor, action: `application.${step.action}`, objectType: 'application', objectId: saved.id, tenantId: saved.tenantId },
      before: { status: before.status, version: before.version },
      after: { status: saved.status, version: saved.version, amount: said?.amount, validUntil: said?.validUntil, at: toDate(at) },
      ...(step.opinion !== '' && { reason: step.opinion }),
    });
    return saved;
  }
}

/** What a complete, approved application of its kind has. */
function known<T>(part: T | null): T {
  invariant(part !== null, 'an approved application says all that its kind asks for');
  return part;
}
