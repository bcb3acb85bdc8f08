import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import { notify, runPrepared, type Tx } from '#database';
import { Clock, DomainError, newId } from '#kernel';
import type { Company, CompanyStatus, Contact, ContactKind } from './company.ts';
import { parseCreditCode } from './domain/credit-code.ts';
import { parseSlug } from './domain/slug.ts';
import { requireImpartial } from './impartiality.ts';

export interface NewCompany {
  /** Absent: a new one. */
  readonly id?: string;
  readonly name: string;
  readonly creditCode: string;
  /** Absent: made from the id. */
  readonly slug?: string;
  readonly incubationFrom?: string;
  readonly incubationUntil?: string;
}

export interface CompanyChange {
  readonly name?: string;
  readonly incubationFrom?: string | null;
  readonly incubationUntil?: string | null;
}

export interface CompanyFilter {
  readonly id?: string;
  readonly status?: CompanyStatus;
  /** Part of the name, or a credit code. */
  readonly search?: string;
  /** Only those after this id. */
  readonly after?: string;
  readonly limit: number;
}

const COLUMNS = `id, slug, name, credit_code AS "creditCode", status, status_since AS "statusSince", status_reason AS "statusReason",
  to_char(incubation_from, 'YYYY-MM-DD') AS "incubationFrom", to_char(incubation_until, 'YYYY-MM-DD') AS "incubationUntil",
  created_at AS "createdAt", version`;

const COMPANY = { name: 'company', text: `SELECT ${COLUMNS} FROM company WHERE id = $1` };

/** Signals that a company's standing changed. */
export const COMPANIES_TOPIC = 'companies';

/** Companies of the incubator and their standing. */
@Injectable()
export class CompaniesService {
  constructor(
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError when the credit code is not one, or it or the slug is taken */
  async register(tx: Tx, actor: Actor, input: NewCompany): Promise<Company> {
    const id = input.id ?? newId('company');
    const creditCode = parseCreditCode(input.creditCode);
    const slug = parseSlug(input.slug ?? `c-${id.slice(-8)}`);
    checkPeriod(input.incubationFrom, input.incubationUntil);
    await this.#refuseTaken(tx, creditCode, slug);
    await tx.query(
      `INSERT INTO company (id, slug, name, credit_code, status_since, incubation_from, incubation_until, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $5)`,
      [id, slug, input.name, creditCode, this.clock.now(), input.incubationFrom ?? null, input.incubationUntil ?? null],
    );
    const company = await this.get(tx, id);
    await this.audit.record(tx, {
      actor,
      action: 'company.registered',
      objectType: 'company',
      objectId: id,
      tenantId: id,
      after: { name: company.name, creditCode, slug },
    });
    return company;
  }

  /** @throws DomainError `company.unknown` */
  async get(tx: Tx, id: string): Promise<Company> {
    const [company] = await runPrepared<Company>(tx, COMPANY, [id]);
    return company ?? unknown(id);
  }

  /** Companies by id; those that are unknown are left out. */
  async byIds(tx: Tx, ids: readonly string[]): Promise<Map<string, Company>> {
    const companies = await tx.query<Company[]>(`SELECT ${COLUMNS} FROM company WHERE id = ANY ($1)`, [ids]);
    return new Map(companies.map((company) => [company.id, company]));
  }

  /** Those of `ids` that exist, by id. */
  async many(tx: Tx, ids: readonly string[]): Promise<Map<string, Company>> {
    const found = await tx.query<Company[]>(`SELECT ${COLUMNS} FROM company WHERE id = ANY ($1)`, [ids]);
    return new Map(found.map((company) => [company.id, company]));
  }

  /** All that are suspended or have graduated. */
  async notActive(tx: Tx): Promise<Company[]> {
    return await tx.query<Company[]>(`SELECT ${COLUMNS} FROM company WHERE status <> 'active' ORDER BY id`);
  }

  /** In the order of registration. */
  async list(tx: Tx, filter: CompanyFilter): Promise<Company[]> {
    return await tx.query<Company[]>(
      `SELECT ${COLUMNS} FROM company
       WHERE ($1::text IS NULL OR id = $1) AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR id > $3)
         AND ($4::text IS NULL OR strpos(lower(name), lower($4)) > 0 OR credit_code = upper($4) OR slug = lower($4))
       ORDER BY id LIMIT $5`,
      [filter.id ?? null, filter.status ?? null, filter.after ?? null, filter.search ?? null, filter.limit],
    );
  }

  /**
   * What a company must be to take new jobs, holds or grants.
   * @throws DomainError `company.suspended` or `company.graduated`
   */
  async requireActive(tx: Tx, id: string): Promise<Company> {
    const company = await this.get(tx, id);
    if (company.status === 'active') return company;
    throw new DomainError(`company.${company.status}`, {
      detail: `${company.name} is ${company.status}${company.statusReason === null ? '' : ` (${company.statusReason})`}.`,
      remedy:
        company.status === 'suspended'
          ? 'Settle it with the park; running jobs are being drained.'
          : 'A graduated company may read, not act.',
      kind: 'forbidden',
    });
  }

  /** @throws DomainError `access.conflict-of-interest`; `company.stale` when somebody changed it since `version` */
  async change(tx: Tx, actor: Actor, id: string, change: CompanyChange, version: number): Promise<Company> {
    await requireImpartial(tx, actor, [id]);
    const before = await this.#lock(tx, id, version);
    const from = change.incubationFrom === undefined ? before.incubationFrom : change.incubationFrom;
    const until = change.incubationUntil === undefined ? before.incubationUntil : change.incubationUntil;
    checkPeriod(from, until);
    await tx.query(`UPDATE company SET name = $2, incubation_from = $3, incubation_until = $4, version = version + 1 WHERE id = $1`, [
      id,
      change.name ?? before.name,
      from,
      until,
    ]);
    const after = await this.get(tx, id);
    await this.audit.record(tx, {
      actor,
      action: 'company.changed',
      objectType: 'company',
      objectId: id,
      tenantId: id,
      before: companyStatus(before),
      after: companyStatus(after),
    });
    return after;
  }

  /**
   * Suspends, reactivates or graduates a company; what follows from it, later stages read from its status.
   * @throws DomainError `access.conflict-of-interest`, `company.stale`, `company.status-unchanged`
   */
  async setStatus(tx: Tx, actor: Actor, id: string, change: { status: CompanyStatus; reason: string }, version: number): Promise<Company> {
    await requireImpartial(tx, actor, [id]);
    const before = await this.#lock(tx, id, version);
    if (before.status === change.status) {
      throw new DomainError('company.status-unchanged', {
        field: '/status',
        detail: `${before.name} is ${before.status} already.`,
        kind: 'conflict',
      });
    }
    await tx.query(`UPDATE company SET status = $2, status_since = $3, status_reason = $4, version = version + 1 WHERE id = $1`, [
      id,
      change.status,
      this.clock.now(),
      change.reason,
    ]);
    const after = await this.get(tx, id);
    await this.audit.record(tx, {
      actor,
      action: `company.${change.status === 'active' ? 'reactivated' : change.status}`,
      objectType: 'company',
      objectId: id,
      tenantId: id,
      before: companyStatus(before),
      after: companyStatus(after),
      reason: change.reason,
    });
    await notify(tx, COMPANIES_TOPIC);
    return after;
  }

  async contacts(tx: Tx, id: string): Promise<Contact[]> {
    return await tx.query<Contact[]>(`SELECT id, kind, name, email, phone FROM company_contact WHERE company_id = $1 ORDER BY kind, id`, [
      id,
    ]);
  }

  /** Replaces all contacts of a company. */
  async setContacts(
    tx: Tx,
    actor: Actor,
    id: string,
    contacts: readonly { kind: ContactKind; name: string; email: string; phone?: string }[],
  ): Promise<Contact[]> {
    await this.get(tx, id);
    const before = await this.contacts(tx, id);
    await tx.query(`DELETE FROM company_contact WHERE company_id = $1`, [id]);
    await tx.query(
      `INSERT INTO company_contact (id, company_id, kind, name, email, phone)
       SELECT $1 || '/' || ordinality, $1, kind, name, email, phone
       FROM ROWS FROM (jsonb_to_recordset($2) AS (kind text, name text, email text, phone text)) WITH ORDINALITY`,
      [id, JSON.stringify(contacts)],
    );
    const after = await this.contacts(tx, id);
    await this.audit.record(tx, {
      actor,
      action: 'company.contacts-changed',
      objectType: 'company',
      objectId: id,
      tenantId: id,
      before: { contacts: before },
      after: { contacts: after },
    });
    return after;
  }

  async #lock(tx: Tx, id: string, version: number): Promise<Company> {
    const [company] = await tx.query<Company[]>(`SELECT ${COLUMNS} FROM company WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    if (company === undefined) return unknown(id);
    if (company.version === version) return company;
    throw new DomainError('company.stale', {
      detail: `${company.name} was changed by somebody else meanwhile.`,
      remedy: 'Read it again and repeat the change on what you see.',
      kind: 'stale',
    });
  }

  async #refuseTaken(tx: Tx, creditCode: string, slug: string): Promise<void> {
    // Registrations are rare: one at a time, so that a race ends in this sentence and not in the unique index.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('speedspace company registration'))`);
    const [taken] = await tx.query<{ creditCode: string }[]>(
      `SELECT credit_code AS "creditCode" FROM company WHERE credit_code = $1 OR slug = $2 ORDER BY credit_code <> $1`,
      [creditCode, slug],
    );
    if (taken === undefined) return;
    const sameCompany = taken.creditCode === creditCode;
    throw new DomainError(sameCompany ? 'company.registered-already' : 'company.slug-taken', {
      field: sameCompany ? '/creditCode' : '/slug',
      detail: sameCompany ? `A company with the code ${creditCode} is registered.` : `The short name ${slug} belongs to another company.`,
      remedy: sameCompany ? 'Look it up instead.' : 'Choose another short name.',
      kind: 'conflict',
    });
  }
}

function unknown(id: string): never {
  throw new DomainError('company.unknown', { detail: `There is no company ${id}.`, kind: 'not-found' });
}

function companyStatus(company: Company): object {
  const { name, status, incubationFrom, incubationUntil } = company;
  return { name, status, incubationFrom, incubationUntil };
}

function checkPeriod(from: string | null | undefined, until: string | null | undefined): void {
  if (from == null || until == null || from < until) return;
  throw new DomainError('company.incubation-period', {
    field: '/incubationUntil',
    detail: `The incubation ends (${until}) before it begins (${from}).`,
    remedy: 'Give an end after the beginning.',
  });
}
