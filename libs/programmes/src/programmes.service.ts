import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not } from 'typeorm';
import { type Actor, AuditService, whoActed } from '#audit';
import { CatalogService } from '#catalog';
import { insertIfAbsent, type Tx } from '#database';
import type { Principal } from '#identity';
import { Clock, DomainError, type Instant, newId, toDate } from '#kernel';
import { accounts, LedgerService, transfer } from '#ledger';
import { requireImpartialToAll } from '#tenancy';
import {
  changedProgramme,
  type NewProgramme,
  type Programme,
  type ProgrammeChange,
  type ProgrammeStatus,
  requireSoundTerms,
  requireTransition,
  termsOf,
} from './domain/programme.ts';
import { readsDrafts } from './domain/programme-readers.ts';
import { ProgrammeAppropriationEntity } from './programme-appropriation.entity.ts';
import { ProgrammeFormerNameEntity } from './programme-former-name.entity.ts';
import { ProgrammeEntity } from './programme.entity.ts';

/** One step in which a funder put money or GPU time into a programme. */
export type Appropriation = Readonly<Pick<ProgrammeAppropriationEntity, 'id' | 'amount' | 'at' | 'actor' | 'reference'>>;

/** What funders gave to a programme in all, and what of it is not promised to grants; in the unit of the programme. */
export interface Budget {
  readonly appropriated: bigint;
  readonly unpromised: bigint;
}

/** Programmes of the funders, and what they may promise: never more than was appropriated (rule L4). */
@Injectable()
export class ProgrammesService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly catalog: CatalogService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `programme.code-taken`, those of `requireSoundTerms`, `catalog.unknown-class` */
  async create(tx: Tx, actor: Actor, input: NewProgramme): Promise<Programme> {
    const terms = termsOf(input);
    requireSoundTerms(terms);
    await requireImpartialToAll(tx, actor);
    await this.catalog.requireClasses(tx, terms.classes);
    const id = input.id ?? newId('programme');
    const written = { ...terms, id, code: input.code, status: input.status ?? 'draft' };
    if (!(await insertIfAbsent(tx, ProgrammeEntity, written))) {
      throw new DomainError('programme.code-taken', {
        field: '/code',
        detail: `There is a programme ${input.code} already.`,
        remedy: 'Choose another code.',
        kind: 'conflict',
      });
    }
    await this.ledger.openAccounts(tx, [{ code: accounts.programmeBudget(id), unit: terms.unit }]);
    const programme = await this.get(tx, id);
    await this.audit.record(tx, { actor, action: 'programme.created', objectType: 'programme', objectId: id, after: programme });
    return programme;
  }

  /** @throws DomainError `programme.stale`, `programme.closed`, `programme.fixed`, those of `requireSoundTerms`, `catalog.unknown-class` */
  async change(tx: Tx, actor: Actor, id: string, version: number, change: ProgrammeChange): Promise<Programme> {
    await requireImpartialToAll(tx, actor);
    const before = await this.lock(tx, id, version);
    const changed = changedProgramme(before, change);
    await this.catalog.requireClasses(tx, changed.classes);
    if (changed.unit !== before.unit) await this.#requireNoBudget(tx, before);
    await tx.update(ProgrammeEntity, { id }, { ...changed, version: before.version + 1 });
    if (changed.name !== before.name) {
      await tx.insert(ProgrammeFormerNameEntity, { id: newId('event'), programmeId: id, name: before.name, until: this.clock.now() });
    }
    await this.ledger.openAccounts(tx, [{ code: accounts.programmeBudget(id), unit: changed.unit }]);
    const after = await this.get(tx, id);
    await this.audit.record(tx, { actor, action: 'programme.changed', objectType: 'programme', objectId: id, before, after });
    return after;
  }

  /**
   * Adds `amount` to the budget: a step of the funder's appropriation. The same `key` with the same amount is one step.
   * @throws DomainError `programme.amount-not-positive`, `programme.closed`, `ledger.key-reused`
   */
  async appropriate(tx: Tx, actor: Actor, id: string, amount: bigint, key: string, at: Instant, reference?: string): Promise<void> {
    await requireImpartialToAll(tx, actor);
    const programme = await this.get(tx, id);
    if (amount <= 0n) {
      throw new DomainError('programme.amount-not-positive', {
        field: '/amount',
        detail: 'An appropriation is a positive amount.',
        remedy: 'Give the amount appropriated, in the unit of the programme.',
      });
    }
    if (programme.status === 'closed') {
      throw new DomainError('programme.closed', {
        detail: 'A closed programme takes no more budget.',
        remedy: 'Create a new one.',
        kind: 'conflict',
      });
    }
    const postings = transfer({ from: accounts.external, to: accounts.programmeBudget(id), unit: programme.unit, amount });
    const [posted] = await this.ledger.post(tx, [
      { key: `appropriation:${id}:${key}`, kind: 'budget.appropriated', effectiveAt: at, postings },
    ]);
    if (posted?.repeated === true) return;
    await tx.insert(ProgrammeAppropriationEntity, {
      ...{ id: newId('event'), programmeId: id, amount, at: toDate(at), actor: whoActed(actor), reference: reference ?? null },
    });
    const after = { amount, unit: programme.unit, reference };
    await this.audit.record(tx, { actor, action: 'programme.appropriated', objectType: 'programme', objectId: id, after });
  }

  /** The steps in which the budget came, first first. */
  async appropriations(tx: Tx, id: string): Promise<Appropriation[]> {
    const select = { id: true, amount: true, at: true, actor: true, reference: true } as const;
    return await tx.find(ProgrammeAppropriationEntity, { select, where: { programmeId: id }, order: { at: 'ASC', id: 'ASC' } });
  }

  /** Opens, pauses or closes a programme as it stood at `version`. @throws DomainError `programme.unknown`, `programme.stale`, `programme.closed`, `programme.status` */
  async setStatus(tx: Tx, actor: Actor, id: string, status: ProgrammeStatus, version: number): Promise<Programme> {
    await requireImpartialToAll(tx, actor);
    const before = await this.lock(tx, id, version);
    requireTransition(before, status);
    await tx.update(ProgrammeEntity, { id }, { status, version: before.version + 1 });
    const change = { before: { status: before.status }, after: { status } };
    await this.audit.record(tx, { actor, action: `programme.${status}`, objectType: 'programme', objectId: id, ...change });
    return await this.get(tx, id);
  }

  /** @throws DomainError `programme.unknown` */
  async get(tx: Tx, id: string): Promise<Programme> {
    return (await tx.findOneBy(ProgrammeEntity, { id })) ?? unknown(id);
  }

  /** As `get`, for a reader: drafts do not exist for companies. @throws DomainError `programme.unknown` */
  async getReadable(tx: Tx, reader: Principal, id: string): Promise<Programme> {
    const programme = await this.get(tx, id);
    return readsDrafts(reader) || programme.status !== 'draft' ? programme : unknown(id);
  }

  /** By code. */
  async list(tx: Tx): Promise<Programme[]> {
    return await tx.find(ProgrammeEntity, { order: { code: 'ASC' } });
  }

  /** At most `limit` programmes that `reader` may read, by id, from behind the id `after`. */
  async listReadable(tx: Tx, reader: Principal, limit: number, after?: string): Promise<Programme[]> {
    return await tx.find(ProgrammeEntity, {
      where: { ...(after !== undefined && { id: MoreThan(after) }), ...(!readsDrafts(reader) && { status: Not('draft' as const) }) },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** The budgets that `reader` may know, by id: none where it is a company, which does not read what is left of a budget. */
  async readableBudgets(tx: Tx, reader: Principal, ids: readonly string[]): Promise<Map<string, Budget>> {
    if (reader.tenantId !== undefined) return new Map();
    const unpromised = await this.unpromised(tx, ids);
    const appropriated = await this.#appropriated(tx, ids);
    return new Map(ids.map((id) => [id, { appropriated: appropriated.get(id) ?? 0n, unpromised: unpromised.get(id) ?? 0n }]));
  }

  /** What each programme has not promised to grants, by id. */
  async unpromised(tx: Tx, ids: readonly string[]): Promise<Map<string, bigint>> {
    const balances = await this.ledger.balances(
      tx,
      ids.map((id) => accounts.programmeBudget(id)),
    );
    return new Map(ids.map((id) => [id, balances.get(accounts.programmeBudget(id)) ?? 0n]));
  }

  /** Locks a programme as it stood at `version`. @throws DomainError `programme.unknown`, `programme.stale` */
  async lock(tx: Tx, id: string, version: number): Promise<Programme> {
    const programme = (await tx.findOne(ProgrammeEntity, { where: { id }, lock: { mode: 'for_no_key_update' } })) ?? unknown(id);
    if (programme.version === version) return programme;
    throw new DomainError('programme.stale', {
      detail: `The programme ${programme.name} was changed since it was read.`,
      remedy: 'Read it again and decide on what it is now.',
      kind: 'stale',
    });
  }

  /** Checks what `change` would make of a programme. @throws DomainError those of `change` but `programme.stale` */
  requireSound(programme: Programme, change: ProgrammeChange): void {
    changedProgramme(programme, change);
  }

  async #appropriated(tx: Tx, ids: readonly string[]): Promise<Map<string, bigint>> {
    const steps = await tx.find(ProgrammeAppropriationEntity, {
      select: { programmeId: true, amount: true },
      where: { programmeId: In([...ids]) },
    });
    const sums = new Map<string, bigint>();
    for (const { programmeId, amount } of steps) sums.set(programmeId, (sums.get(programmeId) ?? 0n) + amount);
    return sums;
  }

  async #requireNoBudget(tx: Tx, programme: Programme): Promise<void> {
    if ((await this.appropriations(tx, programme.id)).length === 0) return;
    throw new DomainError('programme.fixed', {
      field: '/unit',
      detail: `The programme has a budget in ${programme.unit === 'CNY' ? 'yuan' : 'GPU-hours'} already.`,
      remedy: 'Close it and make a new one in the other unit.',
      kind: 'conflict',
    });
  }
}

function unknown(id: string): never {
  throw new DomainError('programme.unknown', { detail: `There is no programme ${id}.`, kind: 'not-found' });
}
