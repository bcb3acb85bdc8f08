import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, DomainError, type Instant } from '#kernel';
import { CompaniesService } from '#tenancy';
import type { ClassSample } from './domain/utilisation-sample.ts';
import {
  addSamples,
  selectShares,
  selectUtilisation,
  selectUtilisationOfCompany,
  type UtilisationResolution,
  type UtilisationWanted,
} from './utilisation.queries.ts';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

/** Seconds between two samples. */
export const SAMPLE_SECONDS = 300;
/** How long a period is read at once, and how long it is without a beginning. */
const PERIODS: Readonly<Record<UtilisationResolution, { readonly mostDays: number; readonly usualDays: number }>> = {
  sample: { mostDays: 8, usualDays: 1 },
  hour: { mostDays: 100, usualDays: 7 },
  day: { mostDays: 1_100, usualDays: 31 },
  week: { mostDays: 3_660, usualDays: 366 },
  month: { mostDays: 3_660, usualDays: 731 },
};

/** What is asked for of the history. */
export interface UtilisationQuery {
  readonly from?: Instant;
  readonly until?: Instant;
  readonly resolution: UtilisationResolution;
  readonly gpuClass?: string;
  /** Only this company's share. */
  readonly companyId?: string;
}

/** The mean of a class at a point of the history, in GPUs. */
export interface UtilisationPoint {
  readonly at: Instant;
  readonly gpuClass: string;
  /** GPUs of all nodes, and those that pods may start on; absent in the share of a company. */
  readonly gpus?: number;
  readonly ready?: number;
  readonly allocated: number;
  readonly queuedJobs: number;
  readonly queuedGpus: number;
  /** The longest, not the mean. */
  readonly longestWaitSeconds: number;
  /** The most in one sample; absent in the share of a company. */
  readonly mostAllocated?: number;
  readonly mostQueuedGpus?: number;
}

/** The mean of a company over the whole period, in GPUs. */
export interface CompanyShare {
  readonly companyId: string;
  readonly companyName: string;
  readonly gpuClass: string;
  readonly allocated: number;
  readonly queuedGpus: number;
  readonly longestWaitSeconds: number;
}

export interface UtilisationHistory {
  readonly from: Instant;
  readonly until: Instant;
  readonly points: readonly UtilisationPoint[];
  /** None in the share of a company. */
  readonly companies: readonly CompanyShare[];
}

/** The mean of `samples` with two decimals. */
const mean = (sum: bigint, samples: number): number => Math.round((Number(sum) * 100) / samples) / 100;

/** The history of utilisation and queue, as samples and summed up to hours and business days in the transaction of each sample. */
@Injectable()
export class UtilisationService {
  constructor(
    private readonly companies: CompaniesService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** Keeps the samples of `at`. Those of the same five minutes count once. @returns for how many classes samples were kept */
  async keep(tx: Tx, samples: readonly ClassSample[], at: Instant): Promise<number> {
    const sampledAt = Math.floor(at / SAMPLE_SECONDS) * SAMPLE_SECONDS;
    const buckets = [
      { resolution: 'sample', at: sampledAt },
      { resolution: 'hour', at: Math.floor(sampledAt / HOUR_SECONDS) * HOUR_SECONDS },
      { resolution: 'day', at: this.calendar.startOfDay(this.calendar.dayOf(sampledAt)) },
    ] as const;
    return await addSamples(tx, buckets, samples);
  }

  /** @throws DomainError `utilisation.period`, `company.unknown` */
  async history(tx: Tx, query: UtilisationQuery, now: Instant): Promise<UtilisationHistory> {
    const wanted = this.#wanted(query, now);
    const { from, until } = wanted;
    if (query.companyId !== undefined) {
      await this.companies.get(tx, query.companyId);
      const rows = await selectUtilisationOfCompany(tx, wanted, query.companyId);
      return { from, until, points: rows.map((row) => ({ ...pointOf(row), ...means(row) })), companies: [] };
    }
    const rows = await selectUtilisation(tx, wanted);
    const points = rows.map((row) => ({
      ...{ ...pointOf(row), gpus: mean(row.gpus, row.samples), ready: mean(row.ready, row.samples), ...means(row) },
      ...{ mostAllocated: row.mostAllocated, mostQueuedGpus: row.mostQueuedGpus },
    }));
    return { from, until, points, companies: await this.#shares(tx, wanted, rows) };
  }

  async #shares(tx: Tx, wanted: UtilisationWanted, rows: readonly { gpuClass: string; samples: number }[]): Promise<CompanyShare[]> {
    const shares = await selectShares(tx, wanted);
    const companies = await this.companies.byIds(tx, [...new Set(shares.map(({ companyId }) => companyId))]);
    const samples = new Map<string, number>();
    for (const row of rows) samples.set(row.gpuClass, (samples.get(row.gpuClass) ?? 0) + row.samples);
    return shares.map(({ companyId, gpuClass, allocated, queuedGpus, longestWaitSeconds }) => {
      const count = samples.get(gpuClass) ?? 1;
      return {
        ...{ companyId, companyName: companies.get(companyId)?.name ?? companyId, gpuClass, longestWaitSeconds },
        ...{ allocated: mean(allocated, count), queuedGpus: mean(queuedGpus, count) },
      };
    });
  }

  #wanted({ from, until, resolution, gpuClass }: UtilisationQuery, present: Instant): UtilisationWanted {
    const { mostDays, usualDays } = PERIODS[resolution];
    const end = until ?? present;
    const begin = from ?? end - usualDays * DAY_SECONDS;
    if (begin >= end || end - begin > mostDays * DAY_SECONDS) {
      throw new DomainError('utilisation.period', {
        field: '/from',
        detail: begin >= end ? 'The period ends before it begins.' : `A period by ${resolution} has at most ${mostDays} days.`,
        remedy: 'Ask for a shorter period, or for a coarser resolution.',
      });
    }
    return { from: begin, until: end, resolution, timeZone: this.calendar.timeZone, ...(gpuClass !== undefined && { gpuClass }) };
  }
}

function pointOf({ at, gpuClass, longestWaitSeconds }: { at: Instant; gpuClass: string; longestWaitSeconds: number }) {
  return { at, gpuClass, longestWaitSeconds };
}

function means({
  samples,
  allocated,
  queuedJobs,
  queuedGpus,
}: {
  samples: number;
  allocated: bigint;
  queuedJobs: bigint;
  queuedGpus: bigint;
}) {
  return { allocated: mean(allocated, samples), queuedJobs: mean(queuedJobs, samples), queuedGpus: mean(queuedGpus, samples) };
}
