import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { type Consumption, FORECAST_DAYS, type FundsForecast, FundsForecastService, type SourceForecast } from '#funding';
import type { Grant } from '#grants';
import { JobsService } from '#jobs';
import { type Instant, instantOf, ledgerDayOf, toDate, type Unit } from '#kernel';
import { type AccountCode, accounts, dailyBalances } from '#ledger';
import { burnDown, type BurnDownPoint } from './domain/burn-down.ts';
import { usageRates } from './domain/usage-rate.ts';
import { usageWindow } from './domain/usage-window.ts';
import { selectFirstDayOfUsage, selectUsedLately } from './usage.queries.ts';

const DAY_SECONDS = 86_400;
/** The longest history of a burn-down. */
const MOST_DAYS = 731;
/** So many of the newest jobs say whether a company lets its wallet pay. */
const NEWEST_JOBS = 200;

/** For how long a company can go on at the rate of the last seven days, and why. */
export interface CompanyRunway extends FundsForecast {
  readonly at: Instant;
  /** The time whose usage made the rate. */
  readonly rateFrom: Instant;
  /** Whole days until funds end; null where they do not end within the horizon. */
  readonly daysLeft: number | null;
  readonly horizonDays: number;
}

/** For how long one grant or wallet lasts, by the forecast of its company. */
export interface SourceRunway {
  /** Fen or GPU-seconds that it pays in the first whole day. */
  readonly consumptionPerDay: bigint;
  /** Whole days until it is used up or its validity ends; null where nothing is left of it, or it lasts beyond the horizon. */
  readonly daysLeft: number | null;
}

/** What was left of a grant or wallet day by day, and what will be. */
export interface BurnDown {
  readonly unit: Unit;
  readonly points: readonly BurnDownPoint[];
  /** Absent for a grant that is over. */
  readonly forecast?: SourceForecast;
}

/**
 * How long funds last. The rate is the mean of the last seven days by GPU class, from the usage sums of the ledger, at the price of
 * today; who pays is decided by the rules of funding (`forecastFunds`).
 */
@Injectable()
export class RunwayService {
  constructor(
    private readonly funding: FundsForecastService,
    private readonly catalog: CatalogService,
    private readonly jobs: JobsService,
  ) {}

  async ofCompany(tx: Tx, companyId: string, at: Instant): Promise<CompanyRunway> {
    const { consumption, from } = await this.#consumption(tx, companyId, at);
    const forecast = await this.funding.forecast(tx, companyId, consumption, at);
    return { ...forecast, at, rateFrom: from, daysLeft: wholeDays(at, forecast.endsAt), horizonDays: FORECAST_DAYS };
  }

  /** The runway of each grant of a company, by its id, and of its wallet, `wallet`. A grant that is over has none. */
  async bySource(tx: Tx, companyId: string, at: Instant): Promise<(source: string) => SourceRunway> {
    const { sources } = await this.ofCompany(tx, companyId, at);
    const known = new Map(
      sources.map(({ source, left, perDay, endsAt }) => [
        source,
        { consumptionPerDay: perDay, daysLeft: left === 0n ? null : wholeDays(at, endsAt) },
      ]),
    );
    return (source) => known.get(source) ?? { consumptionPerDay: 0n, daysLeft: null };
  }

  async ofGrant(tx: Tx, grant: Grant, at: Instant): Promise<BurnDown> {
    const begun = Math.min(instantOf(grant.validFrom), instantOf(grant.openedAt));
    const until = Math.min(at, instantOf(grant.validUntil));
    const points = await this.#points(tx, [accounts.grantAvailable(grant.id), accounts.grantHeld(grant.id)], begun, until);
    const forecast = (await this.ofCompany(tx, grant.tenantId, at)).sources.find(({ source }) => source === grant.id);
    return { unit: grant.unit, points, ...(forecast !== undefined && { forecast }) };
  }

  /** @param days of history */
  async ofWallet(tx: Tx, companyId: string, days: number, at: Instant): Promise<BurnDown> {
    const codes: [AccountCode, AccountCode] = [accounts.walletAvailable(companyId), accounts.walletHeld(companyId)];
    const points = await this.#points(tx, codes, at - days * DAY_SECONDS, at);
    const forecast = (await this.ofCompany(tx, companyId, at)).sources.find(({ source }) => source === 'wallet');
    return { unit: 'CNY', points, ...(forecast !== undefined && { forecast }) };
  }

  async #points(tx: Tx, [available, held]: [AccountCode, AccountCode], from: Instant, until: Instant): Promise<BurnDownPoint[]> {
    const first = Math.max(from, until - MOST_DAYS * DAY_SECONDS);
    const balances = await dailyBalances(tx, [available, held], first);
    const none = { balance: 0n, moved: new Map<string, bigint>() };
    return burnDown(balances.get(available) ?? none, balances.get(held) ?? none, first, until);
  }

  async #consumption(tx: Tx, companyId: string, at: Instant): Promise<{ consumption: Consumption[]; from: Instant }> {
    const began = await selectFirstDayOfUsage(tx, companyId);
    const window = usageWindow(began === undefined ? 0 : startOfDay(began), at);
    const rates = usageRates(await selectUsedLately(tx, companyId, ledgerDayOf(window.from)), window);
    if (rates.length === 0) return { consumption: [], from: window.from };
    const prices = await this.catalog.pricesAt(tx, toDate(at));
    const { jobs } = await this.jobs.list(tx, { tenantId: companyId, limit: NEWEST_JOBS });
    const allowing = new Set(jobs.filter(({ selfPay }) => selfPay).map(({ gpuClass }) => gpuClass));
    const consumption = rates.map(({ gpuClass, gpuSecondsPerDay, selfPaid }) => ({
      ...{ gpuClass, gpuSecondsPerDay, fenPerGpuHour: prices.get(gpuClass) ?? 0n, selfPay: selfPaid || allowing.has(gpuClass) },
    }));
    return { consumption, from: window.from };
  }
}

/** Whole days from `at` until an end; null where there is none. */
function wholeDays(at: Instant, end: Instant | null): number | null {
  return end === null ? null : Math.floor((end - at) / DAY_SECONDS);
}

/** The midnight UTC+8 at which a day of the ledger begins. */
function startOfDay(day: string): Instant {
  return Date.parse(`${day}T00:00:00+08:00`) / 1_000;
}
