import { type Actor, AuditService } from '#audit';
import { CatalogService } from '#catalog';
import type { Transactions } from '#database';
import { PersonalTokensService, SignInClock } from '#identity';
import { TEST_IDENTITY_SETTINGS } from '#identity/testing';
import { type Instant, instantOf, ManualClock, toDate } from '#kernel';
import { type AccountCode, JournalService, LedgerService, LedgerPeriodsService } from '#ledger';
import { CompaniesService, MembersService } from '#tenancy';
import { someCompany } from '#tenancy/testing';
import { ApplicationDecisionsService } from '../application-decisions.service.ts';
import { ApplicationsService } from '../applications.service.ts';
import { DatabaseAttachmentStore } from '../attachment-store.ts';
import { AttachmentsService } from '../attachments.service.ts';
import { ConcurrencyLimitsService } from '../concurrency-limits.service.ts';
import type { Application } from '../domain/application.ts';
import type { NewProgramme, Programme } from '../domain/programme.ts';
import { GrantSheetsService } from '../grant-sheets.service.ts';
import { GrantsService } from '../grants.service.ts';
import { ParkProposalsService } from '../park-proposals.service.ts';
import { ProgrammesService } from '../programmes.service.ts';

const DAY = 86_400;

export const person = (name: string): Actor => ({ kind: 'user', id: `user_${name}`, name });
export const [owner, reviewer, lin, zhao] = [person('owner'), person('reviewer'), person('lin'), person('zhao')];

let programmes = 0;

/** A park on a real database: one GPU class, the rooms up to subsidy, and the steps that stories are made of. */
export class ParkTestEnvironment {
  readonly clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  readonly start: Instant = instantOf(this.clock.now());
  readonly audit = new AuditService(this.clock);
  readonly ledger = new LedgerService();
  readonly catalog = new CatalogService(this.audit);
  readonly companies = new CompaniesService(this.audit, this.clock);
  readonly members = new MembersService(
    ...([this.audit, this.clock] as const),
    new PersonalTokensService(this.audit, TEST_IDENTITY_SETTINGS, new SignInClock()),
    TEST_IDENTITY_SETTINGS,
  );
  readonly programmes = new ProgrammesService(this.ledger, this.catalog, this.audit);
  readonly grants = new GrantsService(this.ledger, this.programmes, this.audit);
  readonly sheets = new GrantSheetsService(this.ledger, new JournalService(), new LedgerPeriodsService());
  readonly limits = new ConcurrencyLimitsService(this.catalog, this.audit);
  readonly attachments = new AttachmentsService(new DatabaseAttachmentStore(), this.audit);
  readonly proposals = new ParkProposalsService(this.ledger, this.grants, this.audit);
  readonly applications = new ApplicationsService(
    ...([this.programmes, this.grants, this.attachments, this.companies, this.members, this.proposals, this.audit] as const),
  );
  readonly decisions = new ApplicationDecisionsService(this.programmes, this.grants, this.companies, this.proposals);

  private constructor(readonly transactions: Transactions) {}

  /** On a database that has the GPU class already. */
  static over(transactions: Transactions): ParkTestEnvironment {
    return new ParkTestEnvironment(transactions);
  }

  static async create(transactions: Transactions): Promise<ParkTestEnvironment> {
    const environment = ParkTestEnvironment.over(transactions);
    await transactions.run((tx) => environment.catalog.addClass(tx, lin, { code: 'h800' }));
    return environment;
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

  /** An application for `amount` that a reviewer has recommended. */
  async recommended(programmeId: string, tenantId: string, amount: bigint): Promise<Application> {
    const period = { validFrom: toDate(this.start), validUntil: toDate(this.start + 90 * DAY) };
    return await this.transactions.run(async (tx) => {
      const input = { kind: 'grant' as const, programmeId, amount, purpose: '微调 7B 模型', ...period };
      const draft = await this.applications.draft(tx, owner, tenantId, input, this.start);
      const { version } = await this.applications.submit(tx, owner, tenantId, draft.id, draft.version, this.start);
      return await this.decisions.review(tx, reviewer, draft.id, version, { verdict: 'recommend', opinion: '同意' }, this.start);
    });
  }

  async balance(code: AccountCode, unit?: 'CNY'): Promise<bigint> {
    return (await this.ledger.balances(this.transactions.reader, [code], unit)).get(code) ?? 0n;
  }
}
