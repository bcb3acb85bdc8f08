import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { type OpenedAdmission, openedAdmissions, type PaidSums, RecordedUsage, type ReplayedFunds, UsageReplay } from '#funding';
import { grantFreezes, grantTerms } from '#grants';
import { accounts, BusinessCalendar, DomainError, FULL_BASIS_POINTS, invariant, ledgerDayOf, type Month } from '#kernel';
import { jobsWithEntries, LedgerPeriodsService, type Period, recordedLines } from '#ledger';
import { type Programme, ProgrammesService } from '#programmes';
import { CompaniesService } from '#tenancy';
import { disagreement, freezesOf, NO_CHANGES, sumOf, type WhatIfChanges, withChanges } from './domain/what-if.ts';
import { selectPaidByGrantsBefore } from './usage.queries.ts';
import type { Months } from './usage.service.ts';
import { entriesOfCompanies } from './what-if-entries.ts';

const MOST_MONTHS = 12;
const MOST_ADMISSIONS = 100_000;
const MOST_MILLISECONDS = 20_000;
/** Entries that are replayed before other requests get a turn. */
const SLICE = 100;

/** Who paid for usage as it was, as it is replayed with the present terms, and with other terms. */
export interface WhatIfSums {
  readonly charged: PaidSums;
  readonly before: PaidSums;
  readonly after: PaidSums;
  /** By how much `before` is not `charged`, in fen of list cost; 0: not at all. */
  readonly disagreementFen: bigint;
}

export interface WhatIf extends Months {
  readonly totals: WhatIfSums;
  readonly companies: readonly (WhatIfSums & { readonly companyId: string; readonly companyName: string })[];
  /** The programmes that paid, or would pay. */
  readonly programmes: readonly Pick<Programme, 'id' | 'code' | 'name' | 'funder'>[];
}

interface Replays {
  readonly recorded: RecordedUsage;
  readonly before: UsageReplay;
  readonly after: UsageReplay;
}

/**
 * What past months would have cost whom under other terms: the recorded usage is charged again by the rules of funding, once with the
 * present terms and once with changed ones. It reads the entries of those months in the order of their recording, and writes nothing.
 */
@Injectable()
export class WhatIfService {
  constructor(
    private readonly periods: LedgerPeriodsService,
    private readonly programmes: ProgrammesService,
    private readonly companies: CompaniesService,
    private readonly catalog: CatalogService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * @param closed fires when nobody waits for the answer any more: then it ends
   * @throws DomainError `what-if.months`, `what-if.nothing-changed`, `what-if.programme`, `what-if.class`, `what-if.coverage`,
   * `what-if.too-much`
   */
  async run(tx: Tx, months: Months, changes: WhatIfChanges, closed: AbortSignal): Promise<WhatIf> {
    requireReader(closed);
    const period = this.#period(months);
    const programmes = await this.programmes.list(tx);
    checkProgrammes(programmes, changes);
    checkClasses(new Set((await this.catalog.classes(tx)).map(({ code }) => code)), changes);
    const replays = await this.#replay(tx, period, changes, closed);
    const names = await this.companies.byIds(tx, [...replays.keys()]);
    const companies = [...replays]
      .map(([companyId, { recorded, before, after }]) => ({
        ...{ companyId, companyName: names.get(companyId)?.name ?? companyId },
        ...compared(recorded.charged, before.sums, after.sums),
      }))
      .filter(({ charged, before }) => charged.gpuSeconds !== 0n || before.gpuSeconds !== 0n);
    const [charged, before, after] = (['charged', 'before', 'after'] as const).map((which) => sumOf(companies.map((own) => own[which])));
    invariant(charged !== undefined && before !== undefined && after !== undefined, 'three sums were made');
    const disagreementFen = companies.reduce((sum, own) => sum + own.disagreementFen, 0n);
    const paying = new Set([charged, before, after].flatMap((sums) => [...sums.programmes.keys()]));
    return {
      ...months,
      totals: { charged, before, after, disagreementFen },
      companies,
      programmes: programmes.filter(({ id }) => paying.has(id)).map(({ id, code, name, funder }) => ({ id, code, name, funder })),
    };
  }

  #period({ from, until }: Months): Period {
    let count = 0;
    for (let month: Month = from; month <= until && count <= MOST_MONTHS; month = this.calendar.next(month)) count += 1;
    if (count === 0 || count > MOST_MONTHS) {
      throw new DomainError('what-if.months', {
        field: '/until',
        detail:
          count === 0
            ? `The period ends with ${until}, before it begins with ${from}.`
            : `The period is longer than ${MOST_MONTHS} months.`,
        remedy: `Name a first month and a last one, at most ${MOST_MONTHS} in all.`,
      });
    }
    return { from: this.calendar.startOf(from), until: this.calendar.endOf(until) };
  }

  async #replay(tx: Tx, period: Period, changes: WhatIfChanges, closed: AbortSignal): Promise<Map<string, Replays>> {
    const deadline = performance.now() + MOST_MILLISECONDS;
    const jobIds = await jobsWithEntries(tx, period);
    const admissions = await openedAdmissions(tx, jobIds, MOST_ADMISSIONS + 1);
    if (admissions.length > MOST_ADMISSIONS) throw tooMuch(`more than ${MOST_ADMISSIONS} starts of jobs`);
    const funds = await this.#fundsAt(tx, admissions, period);
    const replays = new Map(
      funds.map((own) => {
        const prices = new Map(own.admissions.map(({ id, fenPerGpuHour }) => [id, fenPerGpuHour]));
        const programmeOf = new Map(own.grants.map(({ id, programmeId }) => [id, programmeId]));
        const [before, after] = [NO_CHANGES, changes].map((given) => new UsageReplay(withChanges(own, given), this.calendar));
        invariant(before !== undefined && after !== undefined, 'two replays were made');
        return [own.tenantId, { recorded: new RecordedUsage(prices, programmeOf), before, after }];
      }),
    );
    const companyOf = new Map(funds.flatMap(({ tenantId, grants }) => grants.map(({ id }) => [id, tenantId])));
    const earlier = admissions.filter(({ openedAt }) => openedAt < period.from);
    const parts = [{ lines: recordedLines(tx, period), again: true }];
    if (earlier.length > 0) {
      const from = earlier.reduce((first, { openedAt }) => Math.min(first, openedAt), period.from);
      const jobs = [...new Set(earlier.map(({ jobId }) => jobId))];
      parts.unshift({ lines: recordedLines(tx, { from, until: period.from }, jobs), again: false });
    }
    let taken = 0;
    for (const { lines, again } of parts) {
      for await (const { companyId, entry } of entriesOfCompanies(lines, companyOf, this.calendar)) {
        taken += 1;
        if (taken % SLICE === 0) await setImmediate();
        requireReader(closed);
        if (performance.now() > deadline) throw tooMuch(`more than ${MOST_MILLISECONDS / 1_000} seconds of work`);
        const own = replays.get(companyId);
        if (own === undefined) continue;
        if (!again) {
          for (const each of [own.recorded, own.before, own.after]) each.earlier(entry);
          continue;
        }
        for (const step of own.recorded.next(entry)) {
          const exact = own.before.exactly(step);
          own.before.apply(exact);
          own.after.apply(exact);
        }
      }
    }
    return replays;
  }

  /** What the companies of `admissions` could pay with at the beginning of the period. */
  async #fundsAt(tx: Tx, admissions: readonly OpenedAdmission[], period: Period): Promise<ReplayedFunds[]> {
    const admissionsOf = Map.groupBy(admissions, ({ tenantId }) => tenantId);
    const companyIds = [...admissionsOf.keys()].sort();
    const grants = await grantTerms(tx, companyIds, { usableFrom: 0 });
    const freezes = await grantFreezes(tx, companyIds);
    const codes = [...grants.map(({ id }) => accounts.grantAvailable(id)), ...companyIds.map((id) => accounts.walletAvailable(id))];
    const moved = await this.periods.movements(tx, { codes }, period);
    const openings = new Map(moved.map(({ account, unit, opening }) => [`${unit} ${account}`, opening]));
    const paidBefore = await selectPaidByGrantsBefore(tx, companyIds, ledgerDayOf(period.from));
    const grantsOf = Map.groupBy(grants, ({ tenantId }) => tenantId);
    return companyIds.map((tenantId) => {
      const own = (grantsOf.get(tenantId) ?? []).map((grant) => ({
        ...{ ...grant, frozen: false },
        available: openings.get(`${grant.unit} ${accounts.grantAvailable(grant.id)}`) ?? 0n,
      }));
      const use: ReplayedFunds['use'] = new Map();
      for (const { id, programmeId } of own) {
        const total = (use.get(programmeId)?.total ?? 0n) + (paidBefore.get(id) ?? 0n);
        use.set(programmeId, { total, byMonth: new Map() });
      }
      return {
        ...{ tenantId, grants: own, use, freezes: freezesOf(own, freezes) },
        wallet: openings.get(`CNY ${accounts.walletAvailable(tenantId)}`) ?? 0n,
        admissions: (admissionsOf.get(tenantId) ?? []).map((admission) => ({ ...admission, gpuSeconds: 0n, shares: new Map() })),
      };
    });
  }
}

function compared(charged: PaidSums, before: PaidSums, after: PaidSums): WhatIfSums {
  return { charged, before, after, disagreementFen: disagreement(charged, before) };
}

function requireReader(closed: AbortSignal): void {
  if (closed.aborted) throw tooMuch('longer than somebody waited for the answer');
}

function tooMuch(what: string): DomainError {
  return new DomainError('what-if.too-much', {
    field: '/from',
    detail: `These months take ${what} to replay.`,
    remedy: 'Ask for fewer months.',
  });
}

function checkProgrammes(programmes: readonly Programme[], { programmes: changes, prices }: WhatIfChanges): void {
  if (changes.length + prices.length === 0) {
    throw new DomainError('what-if.nothing-changed', {
      field: '/programmes',
      detail: 'Nothing is changed.',
      remedy: 'Change the coverage or a cap of a programme, or the price of a GPU class.',
    });
  }
  const known = new Map(programmes.map((programme) => [programme.id, programme]));
  const seen = new Set<string>();
  changes.forEach(({ programmeId, coverageBp, monthlyCapPerTenant, capPerTenant }, index) => {
    const field = `/programmes/${index}`;
    const programme = known.get(programmeId);
    if (programme === undefined || seen.has(programmeId)) {
      throw new DomainError('what-if.programme', {
        field: `${field}/programmeId`,
        detail: programme === undefined ? `There is no programme ${programmeId}.` : `The programme ${programmeId} is named twice.`,
        remedy: 'Name each programme once, by its id.',
      });
    }
    seen.add(programmeId);
    if (coverageBp === undefined && monthlyCapPerTenant === undefined && capPerTenant === undefined) {
      throw new DomainError('what-if.nothing-changed', {
        field,
        detail: `Nothing of the programme ${programme.code} is changed.`,
        remedy: 'Change its coverage or a cap, or leave it out.',
      });
    }
    if (programme.unit === 'GPU_SECONDS' && coverageBp !== undefined && coverageBp !== FULL_BASIS_POINTS) {
      throw new DomainError('what-if.coverage', {
        field: `${field}/coverageBp`,
        detail: `The programme ${programme.code} pays in GPU-hours, which it covers in full.`,
        remedy: 'Change a cap of it instead.',
      });
    }
  });
}

function checkClasses(known: ReadonlySet<string>, { prices }: WhatIfChanges): void {
  const seen = new Set<string>();
  prices.forEach(({ gpuClass }, index) => {
    if (known.has(gpuClass) && !seen.has(gpuClass)) {
      seen.add(gpuClass);
      return;
    }
    throw new DomainError('what-if.class', {
      field: `/gpuClasses/${index}/gpuClass`,
      detail: known.has(gpuClass) ? `The GPU class ${gpuClass} is named twice.` : `There is no GPU class ${gpuClass}.`,
      remedy: 'Name each GPU class once, by its code.',
    });
  });
}
