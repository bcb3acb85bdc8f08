import { Injectable } from '@nestjs/common';
import { In, MoreThanOrEqual, Not } from 'typeorm';
import { AuditService, type Actor } from '#audit';
import { lockByName, notify, type Tx } from '#database';
import { Clock, DomainError, type Instant, newId, toDate } from '#kernel';
import type { Company, CompanyStatus, Contact, ContactKind } from './company.ts';
import { companyById } from './company.queries.ts';
import { CompanyEntity } from './company.entity.ts';
import { CompanyFormerNameEntity } from './company-former-name.entity.ts';
import { CompanyContactEntity } from './company-contact.entity.ts';
import { type CreditCode, parseCreditCode } from './domain/credit-code.ts';
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

/** Signals that the status of a company changed. */
export const COMPANIES_TOPIC = 'companies';

/** Companies of the incubator and their status. */
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
    const now = this.clock.now();
    await tx.insert(CompanyEntity, {
      ...{ id, slug, name: input.name, creditCode, statusSince: now, createdAt: now },
      ...{ incubationFrom: input.incubationFrom ?? null, incubationUntil: input.incubationUntil ?? null },
    });
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
    return (await companyById(tx, id)) ?? unknown(id);
  }

  /** Those of `ids` that exist, or all, by id. */
  async byIds(tx: Tx, ids?: readonly string[]): Promise<Map<string, Company>> {
    const companies = await tx.findBy(CompanyEntity, ids === undefined ? {} : { id: In(ids) });
    return new Map(companies.map((company) => [company.id, company]));
  }

  /** The former names that a company, or each, had at `since` or later, by its id, the last one first. */
  async formerNames(tx: Tx, since: Instant, companyId?: string): Promise<Map<string, string[]>> {
    const where = { until: MoreThanOrEqual(toDate(since)), ...(companyId !== undefined && { companyId }) };
    const rows = await tx.find(CompanyFormerNameEntity, { where, order: { until: 'DESC', id: 'DESC' } });
    return new Map([...Map.groupBy(rows, ({ companyId }) => companyId)].map(([id, own]) => [id, own.map(({ name }) => name)]));
  }

  /** All that are suspended or have graduated. */
  async notActive(tx: Tx): Promise<Company[]> {
    return await tx.find(CompanyEntity, { where: { status: Not('active') }, order: { id: 'ASC' } });
  }

  /** In the order of registration. */
  async list(tx: Tx, filter: CompanyFilter): Promise<Company[]> {
    const { id, status, search, after, limit } = filter;
    const companies = tx.createQueryBuilder(CompanyEntity, 'company').orderBy('company.id').limit(limit);
    if (id !== undefined) companies.andWhere('company.id = :id', { id });
    if (status !== undefined) companies.andWhere('company.status = :status', { status });
    if (after !== undefined) companies.andWhere('company.id > :after', { after });
    if (search !== undefined) {
      companies.andWhere(
        '(strpos(lower(company.name), lower(:search)) > 0 OR company.creditCode = upper(:search) OR company.slug = lower(:search))',
        { search },
      );
    }
    return await companies.getMany();
  }

  /**
   * Refuses new jobs, holds and grants of a company that is not active.
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
    await tx.update(
      CompanyEntity,
      { id },
      { name: change.name ?? before.name, incubationFrom: from, incubationUntil: until, version: before.version + 1 },
    );
    if (change.name !== undefined && change.name !== before.name) {
      await tx.insert(CompanyFormerNameEntity, { id: newId('event'), companyId: id, name: before.name, until: this.clock.now() });
    }
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
   * Suspends, reactivates or graduates a company. Later modules read the status and act on it.
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
    await tx.update(
      CompanyEntity,
      { id },
      { status: change.status, statusSince: this.clock.now(), statusReason: change.reason, version: before.version + 1 },
    );
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
    const contacts = await tx.find(CompanyContactEntity, { where: { companyId: id }, order: { kind: 'ASC', id: 'ASC' } });
    return contacts.map(({ companyId: _, ...contact }) => contact);
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
    await tx.delete(CompanyContactEntity, { companyId: id });
    const rows = contacts.map((contact, index) => ({ id: `${id}/${index + 1}`, companyId: id, ...contact }));
    if (rows.length > 0) await tx.insert(CompanyContactEntity, rows);
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
    const company = await tx.findOne(CompanyEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
    if (company === null) return unknown(id);
    if (company.version === version) return company;
    throw new DomainError('company.stale', {
      detail: `${company.name} was changed by somebody else meanwhile.`,
      remedy: 'Read it again and repeat the change.',
      kind: 'stale',
    });
  }

  async #refuseTaken(tx: Tx, creditCode: CreditCode, slug: string): Promise<void> {
    // Registrations are rare. One at a time, so that a race ends with this error and not with the unique index.
    await lockByName(tx, 'speedspace company registration');
    const taken = await tx.findBy(CompanyEntity, [{ creditCode }, { slug }]);
    if (taken.length === 0) return;
    const sameCompany = taken.some((company) => company.creditCode === creditCode);
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
