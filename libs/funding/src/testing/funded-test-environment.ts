import { AuditService, systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Transactions } from '#database';
import { BusinessCalendar, type Clock, type Fen, type Instant, instantOf, ManualClock, toDate, type Unit } from '#kernel';
import { type AccountCode, JournalService, LedgerService } from '#ledger';
import { GrantsService, LapsesService } from '#grants';
import { type NewProgramme, ProgrammesService } from '#programmes';
import { someCompany } from '#tenancy/testing';
import { ClosedAdmissionsService } from '../closed-admissions.service.ts';
import { FundingService } from '../funding.service.ts';
import { QuotesService } from '../quotes.service.ts';
import { WalletsService } from '../wallets.service.ts';

const actor = systemActor('test');

/** A park with one GPU class at 1,250 fen per GPU-hour, and services on a real database, for tests of funding and of later modules. */
export class FundedTestEnvironment {
  readonly start: Instant;
  readonly calendar = new BusinessCalendar();
  readonly audit: AuditService;
  readonly ledger = new LedgerService();
  readonly journal = new JournalService();
  readonly catalog: CatalogService;
  readonly programmes: ProgrammesService;
  readonly grants: GrantsService;
  readonly lapses: LapsesService;
  readonly wallets: WalletsService;
  readonly funding = new FundingService(this.ledger, this.journal, this.calendar);
  readonly closed = new ClosedAdmissionsService(this.ledger, this.journal, this.calendar);
  readonly quotes = new QuotesService(this.ledger, this.calendar);

  private constructor(
    readonly transactions: Transactions,
    clock: Clock,
  ) {
    this.start = instantOf(clock.now());
    this.audit = new AuditService(clock);
    this.catalog = new CatalogService(this.audit);
    this.programmes = new ProgrammesService(this.ledger, this.catalog, this.audit, clock);
    this.grants = new GrantsService(this.ledger, this.programmes, this.audit);
    this.lapses = new LapsesService(this.ledger, this.audit, this.calendar);
    this.wallets = new WalletsService(this.ledger, this.audit);
  }

  static async create(transactions: Transactions, clock: Clock = new ManualClock(toDate(1_790_000_000))): Promise<FundedTestEnvironment> {
    const environment = new FundedTestEnvironment(transactions, clock);
    await transactions.run(async (tx) => {
      await environment.catalog.addClass(tx, actor, {
        ...{ code: 'h800', name: 'NVIDIA H800', vendor: 'nvidia', resourceName: 'nvidia.com/gpu' },
        ...{ nodeSelector: { 'speedspace.io/gpu-class': 'h800' }, gpusPerNode: 8, weight: 100 },
      });
      await environment.catalog.addPrice(tx, actor, 'h800', { from: toDate(0), fenPerGpuHour: 1_250n });
    });
    return environment;
  }

  /** A company with `wallet` fen. */
  async company(wallet: Fen = 0n): Promise<string> {
    return await this.transactions.run(async (tx) => {
      const { id } = await someCompany(tx);
      await this.wallets.open(tx, [id]);
      if (wallet > 0n)
        await this.wallets.topUp(tx, actor, { tenantId: id, amount: wallet, reference: 'opening', key: 'opening' }, this.start);
      return id;
    });
  }

  /** A grant of a programme of its own, in fen or GPU-seconds. */
  async grant(tenantId: string, amount: bigint, terms: Partial<NewProgramme> & { from?: Instant; until?: Instant } = {}): Promise<string> {
    return await this.transactions.run(async (tx) => {
      const { from = this.start - 86_400, until = this.start + 90 * 86_400, ...given } = terms;
      const unit = given.unit ?? 'CNY';
      const programme = await this.programmes.create(tx, actor, {
        ...{ code: `p-${tenantId}-${amount}-${until}`, name: '徐汇算力补贴', funder: '徐汇区', unit, coverageBp: 10_000n, priority: 10 },
        ...{ classes: ['h800'], monthlyCapPerTenant: null, capPerTenant: null, carryOver: false },
        ...{ validFrom: toDate(this.start - 86_400), validUntil: toDate(until), ...given },
      });
      await this.programmes.appropriate(tx, actor, programme.id, amount * 2n, 'first', this.start);
      const grant = await this.grants.open(tx, actor, {
        ...{ programmeId: programme.id, tenantId, amount, validFrom: toDate(from), validUntil: toDate(until) },
        effectiveAt: this.start,
      });
      return grant.id;
    });
  }

  async balance(code: AccountCode, unit?: Unit): Promise<bigint> {
    return (await this.ledger.balances(this.transactions.reader, [code], unit)).get(code) ?? 0n;
  }
}
