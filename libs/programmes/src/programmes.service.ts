import { Injectable } from '@nestjs/common';
import { type Actor, AuditService, whoActed } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';
import { accounts, LedgerService, transfer } from '#ledger';
import { requireImpartialToAll } from '#tenancy';
import {
  changedProgramme,
  type NewProgramme,
  type Programme,
  type ProgrammeChange,
  type ProgrammeStatus,
  type ProgrammeTerms,
  requireSoundTerms,
  requireTransition,
  termsOf,
} from './domain/programme.ts';

/** One step in which a funder put money or GPU time into a programme. */
export interface Appropriation {
  readonly id: string;
  readonly amount: bigint;
  readonly at: Date;
  readonly actor: Actor;
  /** The funder's document, where one was named. */
  readonly reference: string | null;
}

const PROGRAMME = `id, code, name, funder, unit, coverage_bp::bigint AS "coverageBp", priority, classes,
  monthly_cap_per_tenant AS "monthlyCapPerTenant", cap_per_tenant AS "capPerTenant", carry_over AS "carryOver", status,
  valid_from AS "validFrom", valid_until AS "validUntil", application_from AS "applicationFrom", application_until AS "applicationUntil",
  required_attachments AS "requiredAttachments", second_approval_above AS "secondApprovalAbove", review_days AS "reviewDays",
  decision_days AS "decisionDays", version`;

function columnsOf(terms: ProgrammeTerms): unknown[] {
  return [
    ...[terms.name, terms.funder, terms.unit, terms.coverageBp, terms.priority, terms.classes],
    ...[terms.monthlyCapPerTenant, terms.capPerTenant, terms.carryOver, terms.validFrom, terms.validUntil],
    ...[terms.applicationFrom, terms.applicationUntil, JSON.stringify(terms.requiredAttachments)],
    ...[terms.secondApprovalAbove, terms.reviewDays, terms.decisionDays],
  ];
}

/** Programmes of the funders, and what they may promise: never more than was appropriated (rule L4). */
@Injectable()
export class ProgrammesService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly catalog: CatalogService,
    private readonly audit: AuditService,
  ) {}

  /** @throws DomainError `programme.code-taken`, those of `requireSoundTerms`, `catalog.unknown-class` */
  async create(tx: Tx, actor: Actor, input: NewProgramme): Promise<Programme> {
    const terms = termsOf(input);
    requireSoundTerms(terms);
    await requireImpartialToAll(tx, actor);
    await this.catalog.requireClasses(tx, terms.classes);
    const id = input.id ?? newId('programme');
    const [programme] = await tx.query<Programme[]>(
      `INSERT INTO programme (id, code, status, name, funder, unit, coverage_bp, priority, classes, monthly_cap_per_tenant, cap_per_tenant,
         carry_over, valid_from, valid_until, application_from, application_until, required_attachments, second_approval_above,
         review_days, decision_days)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
       ON CONFLICT (code) DO NOTHING RETURNING ${PROGRAMME}`,
      [id, input.code, input.status ?? 'draft', ...columnsOf(terms)],
    );
    if (programme === undefined) {
      throw new DomainError('programme.code-taken', {
        field: '/code',
        detail: `There is a programme ${input.code} already.`,
        remedy: 'Choose another code.',
        kind: 'conflict',
      });
    }
    await this.ledger.openAccounts(tx, [{ code: accounts.programmeBudget(id), unit: terms.unit }]);
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
    await tx.query(
      `UPDATE programme SET name = $2, funder = $3, unit = $4, coverage_bp = $5, priority = $6, classes = $7, monthly_cap_per_tenant = $8,
         cap_per_tenant = $9, carry_over = $10, valid_from = $11, valid_until = $12, application_from = $13, application_until = $14,
         required_attachments = $15, second_approval_above = $16, review_days = $17, decision_days = $18, version = version + 1
       WHERE id = $1`,
      [id, ...columnsOf(changed)],
    );
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
    await tx.query(`INSERT INTO programme_appropriation (id, programme_id, amount, at, actor, reference) VALUES ($1, $2, $3, $4, $5, $6)`, [
      ...[newId('event'), id, amount, toDate(at), JSON.stringify(whoActed(actor)), reference ?? null],
    ]);
    const after = { amount, unit: programme.unit, reference };
    await this.audit.record(tx, { actor, action: 'programme.appropriated', objectType: 'programme', objectId: id, after });
  }

  /** The steps in which the budget came, first first. */
  async appropriations(tx: Tx, id: string): Promise<Appropriation[]> {
    return await tx.query<Appropriation[]>(
      `SELECT id, amount, at, actor, reference FROM programme_appropriation WHERE programme_id = $1 ORDER BY at, id`,
      [id],
    );
  }

  /** Opens, pauses or closes a programme as it stood at `version`. @throws DomainError `programme.unknown`, `programme.stale`, `programme.closed`, `programme.status` */
  async setStatus(tx: Tx, actor: Actor, id: string, status: ProgrammeStatus, version: number): Promise<Programme> {
    await requireImpartialToAll(tx, actor);
    const before = await this.lock(tx, id, version);
    requireTransition(before, status);
    await tx.query(`UPDATE programme SET status = $2, version = version + 1 WHERE id = $1`, [id, status]);
    const change = { before: { status: before.status }, after: { status } };
    await this.audit.record(tx, { actor, action: `programme.${status}`, objectType: 'programme', objectId: id, ...change });
    return await this.get(tx, id);
  }

  /** @throws DomainError `programme.unknown` */
  async get(tx: Tx, id: string): Promise<Programme> {
    const [programme] = await tx.query<Programme[]>(`SELECT ${PROGRAMME} FROM programme WHERE id = $1`, [id]);
    return programme ?? unknown(id);
  }

  /** By code. */
  async list(tx: Tx): Promise<Programme[]> {
    return await tx.query<Programme[]>(`SELECT ${PROGRAMME} FROM programme ORDER BY code`);
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
    const [programme] = await tx.query<Programme[]>(`SELECT ${PROGRAMME} FROM programme WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    if (programme === undefined) return unknown(id);
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
