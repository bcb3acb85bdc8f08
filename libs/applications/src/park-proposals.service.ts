import { Injectable } from '@nestjs/common';
import { type Actor, AuditService, systemActor } from '#audit';
import { notify, type Tx } from '#database';
import { DomainError, formatAmount, type Instant, least, toDate } from '#kernel';
import { accounts, LedgerService, transfer } from '#ledger';
import { lockTenants } from '#tenancy';
import { listApplications, lockApplication, recordStep, saveApplication } from './application.queries.ts';
import type { Application } from './domain/application.ts';
import { type Step, withdrawn } from './domain/application-rules.ts';
import { FUNDS_TOPIC } from '#grants';
import { type Grant, GrantsService } from '#grants';

/** After this time without a decision, a proposal ends, and what it held is released. */
const LIFE_SECONDS = 30 * 86_400;
const EXPIRED_AT_ONCE = 100;
const ACTOR = systemActor('controller');

/**
 * What a proposed claw-back holds (rule F9): at most the amount asked for moves from the available to the held side of the grant. The
 * decision moves it back, or on to the programme. The caller holds the company's lock.
 */
@Injectable()
export class ParkProposalsService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly grants: GrantsService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Holds what a new claw-back asks for, but at most what is available. @returns the proposal with what it holds
   * @throws DomainError `grant.claw-back-pending`, `grant.nothing-to-claw-back`
   */
  async hold(tx: Tx, proposal: Application, grant: Grant, at: Instant): Promise<Application> {
    if (proposal.kind !== 'claw-back' || proposal.amount === null) return proposal;
    const filter = { grantId: grant.id, kinds: ['claw-back'], statuses: ['recommended', 'endorsed'], limit: 1 } as const;
    const [pending] = await listApplications(tx, filter);
    if (pending !== undefined) {
      throw new DomainError('grant.claw-back-pending', {
        detail: `The claw-back ${pending.id} of ${formatAmount(grant.unit, pending.amount ?? 0n)} from ${grant.name} is not decided yet.`,
        remedy: 'Decide on it first, or withdraw it.',
        kind: 'conflict',
      });
    }
    const code = accounts.grantAvailable(grant.id);
    const available = (await this.ledger.balances(tx, [code])).get(code) ?? 0n;
    if (available === 0n) throw nothingToClawBack(grant);
    const held = least(proposal.amount, available);
    await this.#move(tx, proposal, grant, 'hold.placed', held, at);
    return { ...proposal, held };
  }

  /** Releases what `proposal` holds. @returns the proposal, which holds nothing */
  async release(tx: Tx, proposal: Application, at: Instant): Promise<Application> {
    if (proposal.held === 0n || proposal.grantId === null) return proposal;
    const grant = await this.grants.get(tx, proposal.grantId);
    await this.#move(tx, proposal, grant, 'hold.released', proposal.held, at);
    await notify(tx, FUNDS_TOPIC);
    return { ...proposal, held: 0n };
  }

  /**
   * Claws back the approved amount, but at most what is available. @returns the proposal as it took effect: approved for what was moved
   * @throws DomainError `grant.nothing-to-claw-back`
   */
  async carryOut(tx: Tx, actor: Actor, approved: Application, reason: string, at: Instant): Promise<Application> {
    const { approval, grantId } = approved;
    if (approval?.amount == null || grantId === null) return approved;
    const released = await this.release(tx, approved, at);
    const moved = await this.grants.clawBack(tx, actor, grantId, approval.amount, reason, at);
    if (moved === 0n) throw nothingToClawBack(await this.grants.get(tx, grantId));
    return { ...released, approval: { ...approval, amount: moved } };
  }

  /** Withdraws an undecided proposal, for the person who raised it or because its time is over. */
  async withdraw(tx: Tx, actor: Actor, before: Application, reason: string, at: Instant): Promise<Application> {
    const step = withdrawn(before, reason, at);
    return await this.save(tx, actor, before, { ...step, after: await this.release(tx, step.after, at) }, at);
  }

  /** Ends the proposals that nobody decided on in time. @returns their ids */
  async expireDue(tx: Tx, at: Instant): Promise<string[]> {
    const filter = { kinds: ['freeze', 'claw-back'], statuses: ['recommended', 'endorsed'], limit: EXPIRED_AT_ONCE } as const;
    const due = await listApplications(tx, { ...filter, submittedBefore: toDate(at - LIFE_SECONDS) });
    await lockTenants(
      tx,
      due.map(({ tenantId }) => tenantId),
    );
    for (const { id, version } of due) {
      await this.withdraw(tx, ACTOR, await lockApplication(tx, id, version), 'nobody decided on it in time', at);
    }
    return due.map(({ id }) => id);
  }

  /** Writes a step of an application, its event and its audit record. */
  async save(tx: Tx, actor: Actor, before: Application, step: Step, at: Instant): Promise<Application> {
    const saved = await saveApplication(tx, step.after, at);
    await recordStep(tx, actor, { ...step, after: saved }, at);
    const terms = saved.approval ?? saved.endorsement ?? saved.recommendation;
    await this.audit.record(tx, {
      ...{ actor, action: `application.${step.action}`, objectType: 'application', objectId: saved.id, tenantId: saved.tenantId },
      before: { status: before.status, version: before.version },
      after: { status: saved.status, version: saved.version, amount: terms?.amount, validUntil: terms?.validUntil, at: toDate(at) },
      ...(step.opinion !== '' && { reason: step.opinion }),
    });
    return saved;
  }

  async #move(
    tx: Tx,
    { id }: Application,
    grant: Grant,
    kind: 'hold.placed' | 'hold.released',
    amount: bigint,
    at: Instant,
  ): Promise<void> {
    const [available, held] = [accounts.grantAvailable(grant.id), accounts.grantHeld(grant.id)];
    const way = kind === 'hold.placed' ? { from: available, to: held } : { from: held, to: available };
    const postings = transfer({ ...way, unit: grant.unit, amount });
    await this.ledger.post(tx, [{ key: `claw-back:${id}:${kind}`, kind, effectiveAt: at, tenantId: grant.tenantId, postings }]);
  }
}

function nothingToClawBack(grant: Grant): DomainError {
  return new DomainError('grant.nothing-to-claw-back', {
    field: '/amount',
    detail: `${grant.name} has nothing available: all of it is spent, held for jobs that run, or was clawed back before.`,
    remedy: 'Freeze the grant, so that nothing more is held, and claw back what its jobs release.',
    kind: 'conflict',
  });
}
