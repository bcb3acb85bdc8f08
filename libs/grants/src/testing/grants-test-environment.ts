import { type Actor, AuditService } from '#audit';
import { CatalogService } from '#catalog';
import type { Transactions } from '#database';
import { BusinessCalendar, type Instant, instantOf, ManualClock, toDate } from '#kernel';
import { type AccountCode, JournalService, LedgerPeriodsService, LedgerService } from '#ledger';
import { type NewProgramme, type Programme, ProgrammesService } from '#programmes';
import { CompaniesService } from '#tenancy';
import { someCompany } from '#tenancy/testing';
import { GrantSheetsService } from '../grant-sheets.service.ts';
import { GrantsService } from '../grants.service.ts';
import { LapsesService } from '../lapses.service.ts';

const DAY = 86_400;

export const person = (name: string): Actor => ({ kind: 'user', id: `user_${name}`, name });
export const lin = person('lin');

let programmes = 0;

/** A park on a real database, with one GPU class: programmes and grants, and the steps that stories are made of. */
export class GrantsTestEnvironment {
  readonly clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  readonly start: Instant = instantOf(this.clock.now());
  readonly audit = new AuditService(this.clock);
  readonly ledger = new LedgerService();
  readonly catalog = new CatalogService(this.audit);
  readonly companies = new CompaniesService(this.audit, this.clock);
  readonly programmes = new ProgrammesService(this.ledger, this.catalog, this.audit, this.clock);
  readonly grants = new GrantsService(this.ledger, this.programmes, this.audit);
  readonly lapses = new LapsesService(this.ledger, this.audit, new BusinessCalendar());
  readonly sheets = new GrantSheetsService(this.ledger, new JournalService(), new LedgerPeriodsService());

  /** On a database that has the GPU class already. */
  constructor(readonly transactions: Transactions) {}

  async addClass(): Promise<this> {
    await this.transactions.run((tx) => this.catalog.addClass(tx, lin, { code: 'h800' }));
    return this;
  }

  async company(): Promise<string> {
    return await this.transactions.run(async (tx) => (await someCompany(tx, {}, this.clock)).id);
  }

  /** An open programme in fen with `budget`, for a year. */
  async programme(budget: bigint, terms: Partial<NewProgramme> = {}): Promise<Programme> {
    programmes += 1;
    return await this.transactions.run(async (tx) => {
      const programme = await this.programmes.create(tx, lin, {
        ...{ code: `programme-${programmes}`, name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5_000n, priority: 10 },
        ...{ classes: ['h800'], monthlyCapPerTenant: null, capPerTenant: null, carryOver: false, status: 'open' },
        ...{ validFrom: toDate(this.start), validUntil: toDate(this.start + 365 * DAY), ...terms },
      });
      await this.programmes.appropriate(tx, lin, programme.id, budget, 'first', this.start);
      return programme;
    });
  }

  async grant(programmeId: string, tenantId: string, amount: bigint, days = 30): Promise<string> {
    const period = { validFrom: toDate(this.start), validUntil: toDate(this.start + days * DAY) };
    return await this.transactions.run(
      async (tx) => (await this.grants.open(tx, lin, { programmeId, tenantId, amount, ...period, effectiveAt: this.start })).id,
    );
  }

  async balance(code: AccountCode, unit?: 'CNY'): Promise<bigint> {
    return (await this.ledger.balances(this.transactions.reader, [code], unit)).get(code) ?? 0n;
  }
}
