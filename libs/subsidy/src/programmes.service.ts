import { Injectable } from '@nestjs/common';
import { type Actor, Audit } from '#audit';
import { Catalog } from '#catalog';
import type { Tx } from '#database';
import { type BasisPoints, DomainError, FULL_BASIS_POINTS, type Instant, newId, type Unit } from '#kernel';
import { accounts, Ledger, transfer } from '#ledger';

export type ProgrammeStatus = 'draft' | 'open' | 'paused' | 'closed';

/** A budget pool of a funder; amounts are fen or GPU-seconds by `unit`. */
export interface Programme {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly funder: string;
  readonly unit: Unit;
  readonly coverageBp: BasisPoints;
  /** Stacking order among programmes whose grants expire together: the lower pays first (rule F1). */
  readonly priority: number;
  readonly classes: readonly string[];
  readonly monthlyCapPerTenant: bigint | null;
  readonly capPerTenant: bigint | null;
  readonly carryOver: boolean;
  readonly status: ProgrammeStatus;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly version: number;
}

export type NewProgramme = Omit<Programme, 'id' | 'status' | 'version'> & { readonly id?: string; readonly status?: ProgrammeStatus };

const PROGRAMME = `id, code, name, funder, unit, coverage_bp::bigint AS "coverageBp", priority, classes,
  monthly_cap_per_tenant AS "monthlyCapPerTenant", cap_per_tenant AS "capPerTenant", carry_over AS "carryOver", status,
  valid_from AS "validFrom", valid_until AS "validUntil", version`;

/** Programmes of the funders, and what they may promise: never more than was appropriated (rule L4). */
@Injectable()
export class Programmes {
  constructor(
    private readonly ledger: Ledger,
    private readonly catalog: Catalog,
    private readonly audit: Audit,
  ) {}

  /** @throws DomainError `programme.code-taken`, `programme.classes`, `programme.coverage`, `programme.validity`, `catalog.unknown-class` */
  async create(tx: Tx, actor: Actor, input: NewProgramme): Promise<Programme> {
    requireSoundTerms(input);
    await this.catalog.requireClasses(tx, input.classes);
    const id = input.id ?? newId('programme');
    const rows = await tx.query<Programme[]>(
      `INSERT INTO programme (id, code, name, funder, unit, coverage_bp, priority, classes, monthly_cap_per_tenant, cap_per_tenant,
         carry_over, status, valid_from, valid_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       ON CONFLICT (code) DO NOTHING RETURNING ${PROGRAMME}`,
      [
        ...[id, input.code, input.name, input.funder, input.unit, input.coverageBp, input.priority, input.classes],
        ...[input.monthlyCapPerTenant, input.capPerTenant, input.carryOver, input.status ?? 'draft', input.validFrom, input.validUntil],
      ],
    );
    const programme = rows[0];
    if (programme === undefined) {
      throw new DomainError('programme.code-taken', {
        field: '/code',
        detail: `There is a programme ${input.code} already.`,
        remedy: 'Choose another code.',
        kind: 'conflict',
      });
    }
    await this.ledger.openAccounts(tx, [{ code: accounts.programmeBudget(id), unit: input.unit }]);
    await this.audit.record(tx, { actor, action: 'programme.created', objectType: 'programme', objectId: id, after: plain(programme) });
    return programme;
  }

  /** Adds `amount` to the budget: a step of the funder's appropriation. The same `key` with the same amount is one step. */
  async appropriate(tx: Tx, actor: Actor, id: string, amount: bigint, key: string, at: Instant): Promise<void> {
    const programme = await this.get(tx, id);
    if (amount <= 0n) {
      throw new DomainError('programme.amount-not-positive', {
        field: '/amount',
        detail: 'An appropriation is a positive amount.',
        remedy: 'Give the amount appropriated, in the unit of the programme.',
      });
    }
    const postings = transfer({ from: accounts.external, to: accounts.programmeBudget(id), unit: programme.unit, amount });
    const [posted] = await this.ledger.post(tx, [
      { key: `appropriation:${id}:${key}`, kind: 'budget.appropriated', effectiveAt: at, postings },
    ]);
    if (posted?.repeated === true) return;
    const after = { amount: amount.toString(), unit: programme.unit };
    await this.audit.record(tx, { actor, action: 'programme.appropriated', objectType: 'programme', objectId: id, after });
  }

  /** Opens, pauses or closes a programme. @throws DomainError `programme.unknown`, `programme.closed` */
  async setStatus(tx: Tx, actor: Actor, id: string, status: ProgrammeStatus): Promise<Programme> {
    const before = await this.get(tx, id);
    if (before.status === 'closed' && status !== 'closed') {
      throw new DomainError('programme.closed', {
        detail: 'A closed programme stays closed.',
        remedy: 'Create a new one.',
        kind: 'conflict',
      });
    }
    await tx.query(`UPDATE programme SET status = $2, version = version + 1 WHERE id = $1`, [id, status]);
    const change = { before: { status: before.status }, after: { status } };
    await this.audit.record(tx, { actor, action: `programme.${status}`, objectType: 'programme', objectId: id, ...change });
    return await this.get(tx, id);
  }

  /** @throws DomainError `programme.unknown` */
  async get(tx: Tx, id: string): Promise<Programme> {
    const rows = await tx.query<Programme[]>(`SELECT ${PROGRAMME} FROM programme WHERE id = $1`, [id]);
    const programme = rows[0];
    if (programme === undefined) throw new DomainError('programme.unknown', { detail: `There is no programme ${id}.`, kind: 'not-found' });
    return programme;
  }

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
}

function requireSoundTerms(input: NewProgramme): void {
  if (input.validFrom >= input.validUntil) {
    throw new DomainError('programme.validity', {
      field: '/validUntil',
      detail: 'The period of a programme ends after it begins.',
      remedy: 'Give a later end.',
    });
  }
  if (input.unit !== 'GPU_SECONDS') return;
  if (input.classes.length !== 1) {
    throw new DomainError('programme.classes', {
      field: '/classes',
      detail: 'A programme in GPU-seconds names exactly one GPU class.',
      remedy: 'Name one class, or make one programme per class.',
    });
  }
  if (input.coverageBp !== FULL_BASIS_POINTS) {
    throw new DomainError('programme.coverage', {
      field: '/coverageBp',
      detail: 'A programme in GPU-seconds covers its seconds in full.',
      remedy: 'Set coverageBp to 10000.',
    });
  }
}

/** For the audit trail, which is JSON. */
function plain(programme: Programme): object {
  return JSON.parse(JSON.stringify(programme, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as object;
}
