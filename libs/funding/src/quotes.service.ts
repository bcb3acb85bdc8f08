import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, type Fen, type GpuSeconds, type Instant, invariant, listCost, type Unit } from '#kernel';
import { accounts, LedgerService } from '#ledger';
import { ABSORBED, type Step, WALLET } from './domain/allocation.ts';
import { isCapped } from './domain/caps.ts';
import { type Admission, FundingBook, type GrantPosition } from './domain/funding-book.ts';
import { targetGpuSeconds } from './domain/hold-target.ts';
import { type AskedHold, type HoldRefusal, planOpenings } from './domain/plan-openings.ts';
import { refusedSingly } from './domain/single-holds.ts';
import type { Opening } from './funding.service.ts';
import { InsufficientFunds } from './insufficient-funds.ts';
import { loadFunds, loadSources } from './stored-funds.ts';

export interface QuoteRequest {
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly gpuSeconds: GpuSeconds;
  readonly fenPerGpuHour: Fen;
  readonly selfPay: boolean;
}

/** What one source would pay of a quote, and what it would have left. */
export interface QuotedShare {
  readonly source: string;
  readonly name: string;
  readonly unit: Unit;
  readonly gpuSeconds: GpuSeconds;
  readonly amount: bigint;
  readonly left: bigint;
}

export interface Quote {
  readonly gpuSeconds: GpuSeconds;
  readonly fenPerGpuHour: Fen;
  readonly listFen: Fen;
  readonly subsidyFen: Fen;
  readonly selfPaidFen: Fen;
  readonly shares: readonly QuotedShare[];
  /** GPU-seconds that nothing would pay today: the job would be stopped before them. */
  readonly uncoveredGpuSeconds: GpuSeconds;
}

/** Which holds of one tenant cannot be placed. */
type RefusedOf = (book: FundingBook, asked: readonly AskedHold<Admission>[], at: Instant) => Map<Admission, HoldRefusal>;

/** Answers before submission what a job would cost and who would pay (product.md, Quotes). Writes nothing, holds nothing. */
@Injectable()
export class QuotesService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly calendar: BusinessCalendar,
  ) {}

  async quote(tx: Tx, request: QuoteRequest, at: Instant): Promise<Quote> {
    const { book, admission } = await this.#bookFor(tx, request, at);
    const steps = book.plan(admission, request.gpuSeconds, at);
    const uncovered = steps.find((step) => step.source === ABSORBED);
    const paid = steps.filter((step) => step.source !== ABSORBED);
    const selfPaidFen = paid.reduce((sum, step) => sum + (step.source === WALLET ? step.amount : step.selfPaid), 0n);
    const covered = paid.reduce((sum, step) => sum + step.listFen, 0n);
    return {
      gpuSeconds: request.gpuSeconds,
      fenPerGpuHour: request.fenPerGpuHour,
      listFen: listCost(request.gpuSeconds, request.fenPerGpuHour),
      subsidyFen: covered - selfPaidFen,
      selfPaidFen,
      shares: quotedShares(paid, selfPaidFen, book.funds.grants, book.funds.wallet),
      uncoveredGpuSeconds: uncovered?.gpuSeconds ?? 0n,
    };
  }

  /** Whether any source could pay a first second of such a job at `at` (rule J3). */
  async canEverFund(tx: Tx, request: Omit<QuoteRequest, 'gpuSeconds'>, at: Instant): Promise<boolean> {
    if (await this.#canFundPlainly(tx, request, at)) return true;
    const { book, admission } = await this.#bookFor(tx, { ...request, gpuSeconds: 1n }, at);
    // Where other jobs hold everything today, a released hold may pay tomorrow: a source counts while it has anything at all.
    const grants = book.funds.grants.filter((grant) => grant.classes.includes(request.gpuClass) && at < grant.validUntil && !grant.frozen);
    const heldByJobs = book.funds.admissions.some((other) =>
      [...other.shares].some(
        ([source, share]) => share.held > 0n && (grants.some((g) => g.id === source) || (request.selfPay && source === WALLET)),
      ),
    );
    return heldByJobs || book.plan(admission, 1n, at).some((step) => step.source !== ABSORBED);
  }

  /**
   * Whether the wallet alone or a grant without caps would pay for the first second: other jobs do not change that, so they need
   * not be read. The answer to nearly every submission.
   */
  async #canFundPlainly(tx: Tx, request: Omit<QuoteRequest, 'gpuSeconds'>, at: Instant): Promise<boolean> {
    const { tenantId, fenPerGpuHour, selfPay } = request;
    if (selfPay) {
      const code = accounts.walletAvailable(tenantId);
      const wallet = (await this.ledger.balances(tx, [code])).get(code) ?? 0n;
      if (wallet > 0n && wallet >= listCost(1n, fenPerGpuHour)) return true;
    }
    const sources = (await loadSources(tx, this.ledger, this.calendar, [tenantId], { instants: [at] })).get(tenantId);
    invariant(sources !== undefined, `funds of ${tenantId} were read`);
    const grants = sources.grants.filter((grant) => !isCapped(grant));
    const admission: Admission = { ...request, id: 'quote', jobId: 'quote', gpuSeconds: 0n, shares: new Map() };
    const book = new FundingBook({ ...sources, grants, admissions: [admission] }, this.calendar);
    return book.plan(admission, 1n, at).some((step) => step.source !== ABSORBED);
  }

  /**
   * Which of `openings` could not be held, if they were opened one after the other as `FundingService.openAll` opens them. They are of any
   * number of tenants; the number of statements does not grow with them.
   * @returns why not, `funds.insufficient`, by the ids of their requests
   */
  async unfunded(tx: Tx, openings: readonly Opening[], at: Instant): Promise<Map<string, InsufficientFunds>> {
    return await this.#refused(tx, openings, at, planOpenings);
  }

  /** As `unfunded`, where each of `openings` would be the only one: what another one of them needs is not taken from it. */
  async unfundedSingly(tx: Tx, openings: readonly Opening[], at: Instant): Promise<Map<string, InsufficientFunds>> {
    return await this.#refused(tx, openings, at, refusedSingly);
  }

  async #refused(tx: Tx, openings: readonly Opening[], at: Instant, refusedOf: RefusedOf): Promise<Map<string, InsufficientFunds>> {
    const byTenant = Map.groupBy(openings, ({ request }) => request.tenantId);
    if (byTenant.size === 0) return new Map();
    const funds = await loadFunds(tx, this.ledger, this.calendar, [...byTenant.keys()], { instants: [at] });
    const unfunded = [...byTenant].flatMap(([tenantId, own]) => {
      const known = funds.get(tenantId);
      invariant(known !== undefined, `funds of ${tenantId} were read`);
      const asked = own.map(({ request, holdTarget }) => ({
        admission: { ...request, gpuSeconds: 0n, shares: new Map() } satisfies Admission,
        needed: targetGpuSeconds(holdTarget),
      }));
      const admissions = [...known.admissions, ...asked.map(({ admission }) => admission)];
      const refused = refusedOf(new FundingBook({ ...known, admissions }, this.calendar), asked, at);
      return [...refused].map(([{ id }, refusal]): [string, InsufficientFunds] => [id, new InsufficientFunds(refusal)]);
    });
    return new Map(unfunded);
  }

  async #bookFor(tx: Tx, request: QuoteRequest, at: Instant): Promise<{ book: FundingBook; admission: Admission }> {
    const funds = (await loadFunds(tx, this.ledger, this.calendar, [request.tenantId], { instants: [at] })).get(request.tenantId);
    invariant(funds !== undefined, `funds of ${request.tenantId} were read`);
    const admission: Admission = { ...request, id: 'quote', jobId: 'quote', gpuSeconds: 0n, shares: new Map() };
    return { book: new FundingBook({ ...funds, admissions: [...funds.admissions, admission] }, this.calendar), admission };
  }
}

function quotedShares(steps: readonly Step[], selfPaidFen: Fen, grants: readonly GrantPosition[], wallet: Fen): QuotedShare[] {
  const fromGrants = steps
    .filter((step) => step.source !== WALLET)
    .map(({ source, unit, gpuSeconds, amount }) => {
      const grant = grants.find((candidate) => candidate.id === source);
      return { source, name: grant?.name ?? source, unit, gpuSeconds, amount, left: (grant?.available ?? 0n) - amount };
    });
  if (selfPaidFen === 0n) return fromGrants;
  const gpuSeconds = steps.reduce((sum, step) => (step.source === WALLET ? sum + step.gpuSeconds : sum), 0n);
  return [...fromGrants, { source: WALLET, name: WALLET, unit: 'CNY', gpuSeconds, amount: selfPaidFen, left: wallet - selfPaidFen }];
}
