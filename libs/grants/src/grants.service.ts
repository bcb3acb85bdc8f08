import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { DomainError, formatAmount, type Instant, least, newId, toDate } from '#kernel';
import { accounts, LedgerService, transfer } from '#ledger';
import { lockTenants } from '#tenancy';
import { GrantEntity } from './grant.entity.ts';
import { currentGrants, promisedAmount } from './grant.queries.ts';
import type { Grant } from './grant.ts';
import { recordGrantEvents } from './grant-events.ts';
import { ProgrammesService } from '#programmes';

export interface NewGrant {
  readonly id?: string;
  readonly programmeId: string;
  readonly tenantId: string;
  /** Fen or GPU-seconds, by the programme's unit. */
  readonly amount: bigint;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly name?: string;
  readonly applicationId?: string;
  readonly effectiveAt: Instant;
}

/** A grant that was just opened. */
const UNTOUCHED = { frozen: false, carriedOver: false, lapsed: false, changes: 0 };

/** Grants and their life: opened, amended, frozen, clawed back, lapsed (rules F8, F9). Whatever moves money locks the tenant first. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly programmes: ProgrammesService,
    private readonly audit: AuditService,
  ) {}

  /** Promises `amount` of the programme's budget; an empty grant may be opened, to be amended later. @throws DomainError `programme.budget-exceeded`, `grant.validity`, `grant.amount-not-positive` */
  async open(tx: Tx, actor: Actor, input: NewGrant): Promise<Grant> {
    if (input.amount !== 0n) requirePositive(input.amount);
    if (input.validFrom >= input.validUntil) {
      throw new DomainError('grant.validity', {
        field: '/validUntil',
        detail: 'A grant ends after it begins.',
        remedy: 'Give a later end.',
      });
    }
    await lockTenants(tx, [input.tenantId]);
    const programme = await this.programmes.get(tx, input.programmeId);
    const { tenantId, programmeId, amount, validFrom, validUntil, applicationId } = input;
    const id = input.id ?? newId('grant');
    const { unit } = programme;
    const terms = { programmeId, tenantId, unit, name: input.name ?? programme.name, validFrom, validUntil };
    const openedAt = toDate(input.effectiveAt);
    const grant = { id, ...terms, applicationId: applicationId ?? null, openedAt, ...UNTOUCHED };
    await tx.insert(GrantEntity, grant);
    await this.ledger.openAccounts(tx, [
      { code: accounts.grantAvailable(id), unit: programme.unit, tenantId },
      { code: accounts.grantHeld(id), unit: programme.unit, tenantId },
    ]);
    await this.#promise(tx, grant, 'grant.opened', amount, input.effectiveAt, `grant:${id}:opened`);
    await recordGrantEvents(tx, actor, input.effectiveAt, [{ grantId: id, tenantId, kind: 'opened', amount, validUntil }]);
    const after = { programmeId, amount, unit: programme.unit, validFrom, validUntil };
    await this.audit.record(tx, { actor, action: 'grant.opened', objectType: 'grant', objectId: id, tenantId, after });
    return grant;
  }

  /** Adds to a grant out of its programme's budget, or prolongs it. @throws DomainError `grant.unknown`, `programme.budget-exceeded` */
  async amend(tx: Tx, actor: Actor, id: string, change: { addAmount?: bigint; validUntil?: Date }, at: Instant): Promise<Grant> {
    const grant = await this.#lock(tx, id);
    if (change.addAmount !== undefined) {
      requirePositive(change.addAmount);
      await this.#promise(tx, grant, 'grant.amended', change.addAmount, at, `grant:${id}:amended:${grant.changes + 1}`);
    }
    if (change.validUntil !== undefined && change.validUntil <= grant.validUntil) {
      throw new DomainError('grant.not-extended', {
        field: '/validUntil',
        detail: 'An amendment extends a grant; this end is not later than the one it has.',
        remedy: 'Give a later end, or claw the grant back.',
      });
    }
    const { tenantId } = grant;
    await recordGrantEvents(tx, actor, at, [
      ...(change.addAmount === undefined ? [] : [{ grantId: id, tenantId, kind: 'increased' as const, amount: change.addAmount }]),
      ...(change.validUntil === undefined ? [] : [{ grantId: id, tenantId, kind: 'extended' as const, validUntil: change.validUntil }]),
    ]);
    const amended = await this.#change(tx, id, change.validUntil === undefined ? {} : { validUntil: change.validUntil });
    const before = { validUntil: grant.validUntil };
    const after = { validUntil: amended.validUntil, added: change.addAmount ?? 0n };
    await this.audit.record(tx, { actor, action: 'grant.amended', objectType: 'grant', objectId: id, tenantId, before, after });
    return amended;
  }

  /** What a grant promises in all: opened and increased, less what was clawed back. */
  async promised(tx: Tx, id: string): Promise<bigint> {
    return await promisedAmount(tx, id);
  }

  /** Stops new holds; what is held stays usable (rule F9). A grant that is frozen already stays as it is. */
  async freeze(tx: Tx, actor: Actor, id: string, reason: string, at: Instant): Promise<Grant> {
    return await this.#setFrozen(tx, actor, id, true, reason, at);
  }

  async unfreeze(tx: Tx, actor: Actor, id: string, reason: string, at: Instant): Promise<Grant> {
    return await this.#setFrozen(tx, actor, id, false, reason, at);
  }

  /** Moves `amount`, but at most what is available, back to the programme (rule F9). @returns what was moved */
  async clawBack(tx: Tx, actor: Actor, id: string, amount: bigint, reason: string, at: Instant): Promise<bigint> {
    requirePositive(amount);
    const grant = await this.#lock(tx, id);
    const available = (await this.ledger.balances(tx, [accounts.grantAvailable(id)])).get(accounts.grantAvailable(id)) ?? 0n;
    const moved = least(amount, available);
    if (moved > 0n) {
      const to = accounts.programmeBudget(grant.programmeId);
      const postings = transfer({ from: accounts.grantAvailable(id), to, unit: grant.unit, amount: moved });
      const key = `grant:${id}:clawed-back:${grant.changes + 1}`;
      await this.ledger.post(tx, [{ key, kind: 'grant.clawed-back', effectiveAt: at, tenantId: grant.tenantId, reason, postings }]);
      await this.#change(tx, id, {});
    }
    const { tenantId } = grant;
    await recordGrantEvents(tx, actor, at, [{ grantId: id, tenantId, kind: 'clawed-back', amount: moved, reason }]);
    const after = { asked: amount, moved };
    await this.audit.record(tx, { actor, action: 'grant.clawed-back', objectType: 'grant', objectId: id, tenantId, reason, after });
    return moved;
  }

  /** @throws DomainError `grant.unknown`, also for a grant of another tenant than `tenantId` */
  async get(tx: Tx, id: string, tenantId?: string): Promise<Grant> {
    const grant = await tx.findOneBy(GrantEntity, { id });
    if (grant !== null && (tenantId === undefined || grant.tenantId === tenantId)) return grant;
    throw new DomainError('grant.unknown', { detail: `There is no grant ${id}.`, kind: 'not-found' });
  }

  /** Grants of a tenant, or of all, past ones included, earliest expiry first. */
  async list(tx: Tx, tenantId?: string): Promise<Grant[]> {
    return await tx.find(GrantEntity, { where: tenantId === undefined ? {} : { tenantId }, order: { validUntil: 'ASC', id: 'ASC' } });
  }

  /** Ids of the grants that a programme promised, past ones included. */
  async idsOfProgramme(tx: Tx, programmeId: string): Promise<string[]> {
    const rows = await tx.find(GrantEntity, { select: { id: true }, where: { programmeId }, order: { id: 'ASC' } });
    return rows.map(({ id }) => id);
  }

  /** Grants of a tenant that are not over at `at`, and those that still hold something; earliest expiry first. */
  async current(tx: Tx, tenantId: string, at: Instant): Promise<Grant[]> {
    return await currentGrants(tx, tenantId, at);
  }

  /** Some grants in the order of their ids, that is of their opening. */
  async page(tx: Tx, filter: { tenantId?: string; programmeId?: string; after?: string; limit: number }): Promise<Grant[]> {
    const where = {
      ...(filter.tenantId !== undefined && { tenantId: filter.tenantId }),
      ...(filter.programmeId !== undefined && { programmeId: filter.programmeId }),
      ...(filter.after !== undefined && { id: MoreThan(filter.after) }),
    };
    return await tx.find(GrantEntity, { where, order: { id: 'ASC' }, take: filter.limit });
  }

  async #promise(tx: Tx, grant: Grant, kind: 'grant.opened' | 'grant.amended', amount: bigint, at: Instant, key: string): Promise<void> {
    const from = accounts.programmeBudget(grant.programmeId);
    const left = (await this.programmes.unpromised(tx, [grant.programmeId])).get(grant.programmeId) ?? 0n;
    if (left < amount)
      throw budgetExceeded(
        `Of the programme's budget ${formatAmount(grant.unit, left)} is left to promise; this asks for ${formatAmount(grant.unit, amount)}.`,
      );
    const postings = transfer({ from, to: accounts.grantAvailable(grant.id), unit: grant.unit, amount });
    try {
      await this.ledger.post(tx, [{ key, kind, effectiveAt: at, tenantId: grant.tenantId, postings }]);
    } catch (error) {
      // Another transaction promised it after the balance was read: the ledger refuses the posting (L4).
      if (!(error instanceof DomainError) || error.code !== 'ledger.overdraft') throw error;
      throw budgetExceeded('Another promise took what was left of the programme’s budget.');
    }
  }

  async #setFrozen(tx: Tx, actor: Actor, id: string, frozen: boolean, reason: string, at: Instant): Promise<Grant> {
    const before = await this.#lock(tx, id);
    if (before.frozen === frozen) return before;
    const grant = await this.#change(tx, id, { frozen });
    const kind = frozen ? 'frozen' : 'unfrozen';
    await recordGrantEvents(tx, actor, at, [{ grantId: id, tenantId: grant.tenantId, kind, reason }]);
    const action = `grant.${kind}`;
    const change = { before: { frozen: before.frozen }, after: { frozen } };
    await this.audit.record(tx, { actor, action, objectType: 'grant', objectId: id, tenantId: grant.tenantId, reason, ...change });
    return grant;
  }

  async #lock(tx: Tx, id: string): Promise<Grant> {
    const { tenantId } = await this.get(tx, id);
    await lockTenants(tx, [tenantId]);
    return await this.get(tx, id);
  }

  async #change(tx: Tx, id: string, change: { frozen?: boolean; validUntil?: Date }): Promise<Grant> {
    // An end that moved has not been handled.
    const moved = change.validUntil === undefined ? {} : { lapsed: false };
    await tx.update(GrantEntity, { id }, { ...change, ...moved, changes: () => 'changes + 1' });
    return await this.get(tx, id);
  }
}

function requirePositive(amount: bigint): void {
  if (amount > 0n) return;
  throw new DomainError('grant.amount-not-positive', {
    field: '/amount',
    detail: 'The amount of a grant is positive.',
    remedy: 'Give an amount above zero, in the unit of the programme.',
  });
}

function budgetExceeded(detail: string): DomainError {
  return new DomainError('programme.budget-exceeded', {
    field: '/amount',
    detail,
    remedy: 'Approve a smaller amount, or have more appropriated first.',
    kind: 'conflict',
  });
}
