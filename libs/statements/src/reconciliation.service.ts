import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, Clock, type Instant, instantOf, type Month } from '#kernel';
import { movedSources, postedJobs } from '#ledger';
import { type LostPod, lostPods, meteredRuns, meteredRunsOfJobs, recordedRuns, type ReusedUid, reusedUids, runJobs } from '#metering';
import { closedMonths } from './closed-months.ts';
import { computedJobs } from './computed-jobs.ts';
import { byJob } from './domain/job-sides.ts';
import { type Difference, difference, type GpuSecondsBySide, isPosted, jobDifferences, type JobSides } from './domain/reconciliation.ts';
import { compareRuns, gpuSecondsOf, type RunComparison, type ReportedRuns } from './domain/run-comparison.ts';
import { monthsWithin, type PeriodParts } from './domain/period-parts.ts';
import { changedStatements, statedJobs, statedMovements } from './stated-jobs.queries.ts';
import { balanceDifferences, eachOnce, podDifference, sidesOf, type SidesTotals, sumOf } from './reconciled-sides.ts';
import { StatementsService } from './statements.service.ts';

/** What is reconciled: the time in [from, until), of one company only where given. */
export interface ReconciliationPeriod {
  readonly from: Instant;
  readonly until: Instant;
  readonly tenantId?: string;
}

/** What the sides say of a period, and where they differ. */
export interface Reconciliation extends ReconciliationPeriod, GpuSecondsBySide {
  /** Where the period is one business month. */
  readonly month?: Month;
  /** Jobs with usage in the period by any side. */
  readonly comparedJobs: number;
  /** Months of the period whose frozen statements were read; those of the other months were computed. */
  readonly frozenMonths: readonly Month[];
  /** At most 1,000, those without a known cause first. */
  readonly differences: readonly Difference[];
  /** How many there are, those with a known cause left out. */
  readonly differenceCount: number;
  readonly agrees: boolean;
  /** Lost pods, by the time of their assumed end: they may have run for longer than all sides say (rule M3). */
  readonly lost: readonly LostPod[];
  /** Pods that ran in the period and are not metered, because their UIDs were metered for another admission. */
  readonly reused: readonly ReusedUid[];
  /** What is metered beside what the cluster itself reports now of its pods. */
  readonly cluster: RunComparison;
  /** The sides of each job, at most 1,000, where they were asked for. */
  readonly jobs?: readonly JobSides[];
}

/** A pod that ended less than this ago may not be recorded yet: every loop runs many times within it. */
const RECORDED_AFTER_SECONDS = 120;
/** The most differences and jobs that an answer carries. */
const MOST_SHOWN = 1_000;
/** The most jobs whose differences are looked into; those beyond are counted. */
const MOST_EXAMINED = 10_000;
/** After every instant of the park. */
const END_OF_TIME: Instant = 253_402_300_799;

interface ComparedJobs {
  readonly totals: SidesTotals;
  readonly count: number;
  readonly shown: readonly JobSides[];
  /** Jobs whose meter, ledger or statement differ. */
  readonly different: readonly { readonly sides: JobSides; readonly pending: boolean }[];
  /** Of all of them. */
  readonly differentCount: number;
  /** Jobs with a pod for which record and meter differ. */
  readonly withOtherPods: readonly string[];
  /** Those of the jobs that the cluster reports now, where one company is reconciled. */
  readonly jobIds: ReadonlySet<string> | undefined;
}

/**
 * Compares cluster, meter, ledger and statements job by job. The four sides are read by statements that share nothing: the cluster's from
 * the record of its reports, the meter's from the usage intervals, the ledger's from the postings, and the statements' from the frozen
 * documents, or from their own computation for a month that is open.
 */
@Injectable()
export class ReconciliationService {
  constructor(
    private readonly statements: StatementsService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
  ) {}

  /** Reconciles `month`; see `reconcile`. */
  async ofMonth(tx: Tx, month: Month, reported?: ReportedRuns): Promise<Reconciliation> {
    return await this.reconcile(tx, { from: this.calendar.startOf(month), until: this.calendar.endOf(month) }, reported);
  }

  /**
   * Reconciles a period, of one that is under way up to the last ticks. What it holds in memory grows with the number of differences and
   * accounts, and not with the number of jobs.
   * @param tx a transaction that sees one moment (`Transactions.snapshot`), so that a tick meanwhile makes no difference
   * @param reported what the cluster itself reports of pods that ran; undefined where there is no cluster
   */
  async reconcile(
    tx: Tx,
    period: ReconciliationPeriod,
    reported?: ReportedRuns,
    show: { readonly jobs?: boolean } = {},
  ): Promise<Reconciliation> {
    const { from, until, tenantId } = period;
    const parts = monthsWithin(this.calendar, period, await closedMonths(tx));
    const reportedJobs = new Set(reported?.runs.map(({ jobId }) => jobId));
    const compared = await this.#compareJobs(tx, period, parts, reportedJobs, show.jobs === true);
    const reused = (await reusedUids(tx, period)).filter((pod) => tenantId === undefined || pod.tenantId === tenantId);
    const cluster = await this.#compareWithCluster(tx, period, reported, compared.jobIds);
    const all = [
      ...reused.map(({ podUid, jobId, tenantId: owner }) =>
        difference('reused-uid', { podUid, jobId, tenantId: owner }, { expected: 0n, found: 0n }),
      ),
      ...(await this.#podDifferences(tx, period, compared.withOtherPods)),
      ...cluster.differences.map((found) => podDifference(found)),
      ...(await this.#jobDifferences(tx, parts, compared.different)),
      ...(await this.#frozenDifferences(tx, parts.frozen, tenantId)),
      ...(await this.#computedDifferences(tx, parts, tenantId)),
    ];
    const differences = eachOnce(all);
    const unknown = differences.filter(({ known }) => !known);
    const differenceCount = unknown.length + (compared.differentCount - compared.different.length);
    const { statementGpuSeconds, ledgerGpuSeconds, meteredGpuSeconds, clusterGpuSeconds, refundedGpuSeconds, lateGpuSeconds } =
      compared.totals;
    return {
      ...{ from, until, ...(tenantId !== undefined && { tenantId }), ...(parts.month !== undefined && { month: parts.month }) },
      ...{ clusterGpuSeconds, meteredGpuSeconds, refundedGpuSeconds, lateGpuSeconds, ledgerGpuSeconds, statementGpuSeconds },
      ...{ comparedJobs: compared.count, frozenMonths: parts.frozen, differenceCount, agrees: differenceCount === 0 },
      differences: [...unknown, ...differences.filter(({ known }) => known)].slice(0, MOST_SHOWN),
      lost: (await lostPods(tx, period)).filter((pod) => tenantId === undefined || pod.tenantId === tenantId),
      ...{ reused, cluster },
      ...(show.jobs === true && { jobs: compared.shown }),
    };
  }

  async #compareJobs(
    tx: Tx,
    period: ReconciliationPeriod,
    parts: PeriodParts,
    reportedJobs: ReadonlySet<string>,
    isShown: boolean,
  ): Promise<ComparedJobs> {
    const { tenantId } = period;
    const [shown, different, withOtherPods]: [JobSides[], ComparedJobs['different'][number][], string[]] = [[], [], []];
    const jobIds = tenantId === undefined ? undefined : new Set<string>();
    let [count, differentCount] = [0, 0];
    let totals: SidesTotals = sidesOf('', {});
    for await (const { jobId, rows } of byJob(this.#sides(tx, period, parts))) {
      const sides = sidesOf(jobId, rows);
      totals = sumOf(totals, sides);
      count += 1;
      if (reportedJobs.has(jobId)) jobIds?.add(jobId);
      if (isShown && shown.length < MOST_SHOWN) shown.push(sides);
      if (rows.run?.differs === true && withOtherPods.length < MOST_EXAMINED) withOtherPods.push(jobId);
      if (jobDifferences(sides).length === 0) continue;
      differentCount += 1;
      if (different.length < MOST_EXAMINED) different.push({ sides, pending: rows.run?.pending === true });
    }
    return { totals, count, shown, different, differentCount, withOtherPods, jobIds };
  }

  #sides(tx: Tx, period: ReconciliationPeriod, { whole: months, first: firstMonth, frozen, computed }: PeriodParts) {
    const whose = period.tenantId === undefined ? {} : { tenantId: period.tenantId };
    return {
      run: runJobs(tx, period, instantOf(this.clock.now())),
      posted: postedJobs(tx, { ...period, months, firstMonth }),
      frozen: statedJobs(tx, frozen, whose),
      computed: computedJobs(tx, computed, period.tenantId),
    };
  }

  /** Grants and wallets of months that are open, or lie partly in the period, that did not move as the postings say. */
  async #computedDifferences(tx: Tx, { computed }: PeriodParts, tenantId: string | undefined): Promise<Difference[]> {
    const differences: Difference[] = [];
    for (const { month, ...part } of computed) {
      const moved = [...(await this.statements.sheetsOf(tx, part, tenantId))].flatMap(([id, sheets]) =>
        sheets.map(({ account, unit, opening, closing }) => ({ tenantId: id, account, unit, amount: closing - opening })),
      );
      differences.push(...balanceDifferences(month, await movedSources(tx, part, tenantId), moved));
    }
    return differences;
  }

  /** What the cluster itself reports now, compared pod by pod. */
  async #compareWithCluster(
    tx: Tx,
    period: ReconciliationPeriod,
    reported: ReportedRuns | undefined,
    jobIds: ReadonlySet<string> | undefined,
  ): Promise<RunComparison> {
    const runs = reported?.runs.filter(({ jobId }) => jobIds?.has(jobId) ?? true) ?? [];
    const known = await meteredRuns(
      tx,
      runs.map(({ podUid }) => podUid),
    );
    return compareRuns(reported === undefined ? undefined : { ...reported, runs }, known, period, this.#recordedBefore());
  }

  /** Why the record of the cluster's reports and the meter differ for the pods of these jobs. */
  async #podDifferences(tx: Tx, period: ReconciliationPeriod, jobIds: readonly string[]): Promise<Difference[]> {
    if (jobIds.length === 0) return [];
    const recorded = await recordedRuns(tx, jobIds);
    const metered = await meteredRunsOfJobs(tx, jobIds);
    const runs = recorded.map(({ endedAt, ...run }) => ({ ...run, ...(endedAt !== null && { endedAt }) }));
    const { differences } = compareRuns({ source: 'record', runs }, metered, period, this.#recordedBefore());
    const uids = new Set(recorded.map(({ podUid }) => podUid));
    const unreported = [...metered.values()].flatMap(({ podUid, jobId, tenantId, ...run }) => {
      const found = gpuSecondsOf(run, period);
      return uids.has(podUid) || found === 0n ? [] : [difference('not-reported', { podUid, jobId, tenantId }, { expected: 0n, found })];
    });
    return [...differences.map((found) => podDifference(found)), ...unreported];
  }

  async #jobDifferences(tx: Tx, parts: PeriodParts, different: ComparedJobs['different']): Promise<Difference[]> {
    const unposted = different.filter(({ sides, pending }) => !pending && !isPosted(sides)).map(({ sides: { jobId } }) => jobId);
    const atBoundary = parts.aligned ? new Set<string>() : await this.#agreeOverall(tx, unposted);
    return different.flatMap(({ sides, pending }) =>
      jobDifferences(sides, pending ? 'pending' : atBoundary.has(sides.jobId) ? 'boundary' : undefined),
    );
  }

  /** Those of the jobs whose meter and ledger agree over all time. */
  async #agreeOverall(tx: Tx, jobIds: readonly string[]): Promise<Set<string>> {
    const agreeing = new Set<string>();
    if (jobIds.length === 0) return agreeing;
    const always = { from: 0, until: END_OF_TIME, jobIds };
    const run = runJobs(tx, always, instantOf(this.clock.now()));
    const posted = postedJobs(tx, { ...always, months: [], firstMonth: '' });
    for await (const { jobId, rows } of byJob({ run, posted })) if (isPosted(sidesOf(jobId, rows))) agreeing.add(jobId);
    return agreeing;
  }

  /** Frozen statements that were changed, or whose grants and wallets did not move as the postings say. */
  async #frozenDifferences(tx: Tx, months: readonly Month[], tenantId: string | undefined): Promise<Difference[]> {
    const found: Difference[] = [];
    for (const month of months) {
      const changed = await changedStatements(tx, month, tenantId);
      found.push(...changed.map((id) => difference('statement-changed', { tenantId: id, month }, { expected: 0n, found: 0n })));
      const period = { from: this.calendar.startOf(month), until: this.calendar.endOf(month) };
      const posted = await movedSources(tx, period, tenantId);
      found.push(...balanceDifferences(month, posted, await statedMovements(tx, month, tenantId)));
    }
    return found;
  }

  #recordedBefore(): Instant {
    return instantOf(this.clock.now()) - RECORDED_AFTER_SECONDS;
  }
}
