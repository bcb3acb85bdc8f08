import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, Clock, type GpuSeconds, instantOf, type Month } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { meteredGpuSeconds, meteredRuns, reusedUids, type ReusedUid, unmeteredAdmissions, lostPods, type LostPod } from '#metering';
import { closedMonths } from './closed-months.ts';
import { compareRuns, type RunComparison, type ToldRuns } from './domain/run-comparison.ts';
import { StatementsService } from './statements.service.ts';

/** The same GPU-seconds, counted where they were used, where they were posted, and where they are billed: metered − refunded + late = ledger = statements. */
export interface Reconciliation {
  readonly month: Month;
  readonly meteredGpuSeconds: GpuSeconds;
  /** Credited back in the month for failures of the platform: metered, and charged to nobody (rule M8). */
  readonly refundedGpuSeconds: GpuSeconds;
  /** Posted into the month for closed ones before it, less what was posted later for it (rule T3). */
  readonly lateGpuSeconds: GpuSeconds;
  readonly ledgerGpuSeconds: GpuSeconds;
  readonly statementGpuSeconds: GpuSeconds;
  readonly agrees: boolean;
  /** Lost pods, by the month of their assumed end: they may have run for longer than all three sides say (rule M3). */
  readonly lost: readonly LostPod[];
  /** Pods that ran in the month and are not metered, because their UIDs were metered for another admission: then nothing agrees. */
  readonly reused: readonly ReusedUid[];
  /** The same compared with what the cluster itself reports: where they differ without a known cause, nothing agrees. */
  readonly cluster: RunComparison;
}

/** A pod that ended less than this ago may not be recorded yet: every loop runs many times within it. */
const RECORDED_AFTER_SECONDS = 120;

/** The end of a month: which months are due, and whether the books agree (rule T3). */
@Injectable()
export class MonthEndService {
  constructor(
    private readonly statements: StatementsService,
    private readonly periods: LedgerPeriodsService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
  ) {}

  /** Months that are over and not closed, oldest first, from the first one with entries on. The first of them is the next to be closed. */
  async due(tx: Tx): Promise<Month[]> {
    const began = await this.periods.firstEffectiveAt(tx);
    if (began === undefined) return [];
    const closed = await closedMonths(tx);
    const present = this.calendar.monthOf(instantOf(this.clock.now()));
    const months: Month[] = [];
    for (let month = this.calendar.monthOf(began); month < present; month = this.calendar.next(month)) {
      if (!closed.has(month)) months.push(month);
    }
    return months;
  }

  /** How many admissions have usage of `month` that is not charged yet: none, where it can be closed once it is over. */
  async unmetered(tx: Tx, month: Month): Promise<number> {
    return (await unmeteredAdmissions(tx, this.calendar.endOf(month))).length;
  }

  /**
   * Compares usage intervals, ledger and statements of `month`, of a month under way up to the last ticks.
   * @param told what the cluster itself reports of pods that ran; undefined where there is no cluster
   */
  async reconcile(tx: Tx, month: Month, told?: ToldRuns): Promise<Reconciliation> {
    const [from, end] = [this.calendar.startOf(month), this.calendar.endOf(month)];
    const metered = await meteredGpuSeconds(tx, { from, until: end });
    const { charged, refunded, lateIn, lateOut } = await this.periods.usageOfMonth(tx, month, { from, until: end });
    const [posted, late] = [charged - refunded + lateIn, lateIn - lateOut];
    const billed = (await this.statements.ofAll(tx, month)).reduce((sum, { totals }) => sum + totals.gpuSeconds, 0n);
    const reused = await reusedUids(tx, { from, until: end });
    const known = await meteredRuns(tx, told?.runs.map(({ podUid }) => podUid) ?? []);
    const recordedBefore = instantOf(this.clock.now()) - RECORDED_AFTER_SECONDS;
    const cluster = compareRuns(told, known, { from, until: end }, recordedBefore);
    const agrees = metered - refunded + late === posted && posted === billed && reused.length === 0 && cluster.agrees;
    return {
      ...{ month, meteredGpuSeconds: metered, refundedGpuSeconds: refunded, lateGpuSeconds: late },
      ...{ ledgerGpuSeconds: posted, statementGpuSeconds: billed, agrees },
      lost: await lostPods(tx, { from, until: end }),
      reused,
      cluster,
    };
  }
}
