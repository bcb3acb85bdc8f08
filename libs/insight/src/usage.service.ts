import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, DomainError, type Month } from '#kernel';
import { ProgrammesService } from '#programmes';
import { CompaniesService } from '#tenancy';
import { type ClassUsage, type ProgrammeSpend, summarize, type UsageSum, usageSum } from './domain/usage-summary.ts';
import { type Days, selectPaidUsage, selectUsageOfCompanies, type UsageResolution } from './usage.queries.ts';

const MOST_MONTHS = 36;

/** Consecutive business months, both included. */
export interface Months {
  readonly from: Month;
  readonly until: Month;
}

/** A programme as a payer of usage. */
export interface NamedSpend extends ProgrammeSpend {
  readonly name: string;
  readonly funder: string;
}

/** What was used in some months, and who paid. */
export interface UsageReport extends Months {
  readonly items: readonly ClassUsage[];
  readonly totals: UsageSum;
  readonly programmes: readonly NamedSpend[];
}

/** What one company used of one class in some months. */
export interface CompanyUsage extends UsageSum {
  readonly companyId: string;
  readonly companyName: string;
  readonly gpuClass: string;
}

/**
 * Usage by day and GPU class, and who paid for it, from sums that the ledger keeps with its postings: the cost grows with days, classes
 * and payers, and not with jobs or the age of the ledger. Days begin at midnight UTC+8; where the park has another time zone, the first
 * and the last day of a month are those of UTC+8.
 */
@Injectable()
export class UsageService {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly companies: CompaniesService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** Usage of one company, or of the whole park. @throws DomainError `usage.months`, `company.unknown` */
  async report(tx: Tx, months: Months, resolution: UsageResolution, companyId?: string): Promise<UsageReport> {
    if (companyId !== undefined) await this.companies.get(tx, companyId);
    const { items, totals, programmes } = summarize(await selectPaidUsage(tx, this.#days(months), resolution, companyId));
    const known = new Map((programmes.length === 0 ? [] : await this.programmes.list(tx)).map((programme) => [programme.id, programme]));
    const named = programmes.map((spend) => {
      const programme = known.get(spend.programmeId);
      return { ...spend, name: programme?.name ?? spend.programmeId, funder: programme?.funder ?? '' };
    });
    return { ...months, items, totals, programmes: named };
  }

  /** Usage of all companies by company and class, for the park. @throws DomainError `usage.months` */
  async ofCompanies(tx: Tx, months: Months): Promise<CompanyUsage[]> {
    const rows = await selectUsageOfCompanies(tx, this.#days(months));
    const companies = await this.companies.byIds(tx, [...new Set(rows.map(({ companyId }) => companyId))]);
    return [...Map.groupBy(rows, ({ companyId, gpuClass }) => `${companyId} ${gpuClass}`).values()].map((own) => {
      const [{ companyId, gpuClass }] = own as [(typeof own)[number]];
      return { companyId, companyName: companies.get(companyId)?.name ?? companyId, gpuClass, ...usageSum(own) };
    });
  }

  #days({ from, until }: Months): Days {
    const months: Month[] = [];
    for (let month = from; month <= until && months.length <= MOST_MONTHS; month = this.calendar.next(month)) months.push(month);
    if (months.length === 0 || months.length > MOST_MONTHS) {
      throw new DomainError('usage.months', {
        field: '/until',
        detail:
          months.length === 0
            ? `The period ends with ${until}, before it begins with ${from}.`
            : `The period is longer than ${MOST_MONTHS} months.`,
        remedy: `Name a first month and a last one, at most ${MOST_MONTHS} in all.`,
      });
    }
    return { first: `${from}-01`, last: lastDayOf(until) };
  }
}

function lastDayOf(month: Month): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}
