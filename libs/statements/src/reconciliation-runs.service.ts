import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { z } from 'zod';
import { type OutboxTopic, recordEvent, type Tx } from '#database';
import { BusinessCalendar, Clock, type Instant, instantOf, type Month } from '#kernel';
import { closedMonths } from './closed-months.ts';
import type { Difference } from './domain/reconciliation.ts';
import { MonthEndService } from './month-end.service.ts';
import { ReconciliationDifferenceEntity } from './reconciliation-difference.entity.ts';
import { ReconciliationRunEntity } from './reconciliation-run.entity.ts';
import { recordDifferences, reconciliationSummary, resolveDifferences } from './reconciliation-runs.queries.ts';
import type { Reconciliation } from './reconciliation.service.ts';

const differed = z.object({
  month: z.string(),
  /** How many differences were not there the night before. */
  count: z.int(),
  /** The first of them. */
  differences: z.array(z.object({ code: z.string(), reason: z.string(), about: z.string() })),
});
/** What the event of a difference tells. */
export type ReconciliationDiffered = z.infer<typeof differed>;

/** A nightly reconciliation found differences that were not there before. */
export const RECONCILIATION_DIFFERED: OutboxTopic<ReconciliationDiffered> = { name: 'reconciliation-differed', data: differed };

/** Local time of the nightly reconciliation, in seconds after midnight. */
const NIGHT_SECONDS = 9_000;
const DAY_SECONDS = 86_400;
/** Differences that a mail lists. */
const MOST_MAILED = 20;
const MOST_LISTED = 1_000;

/** What nightly reconciliations found: the last run of each month, and the differences that are open. */
export interface NightlyReconciliation {
  /** The latest of each month, the latest month first. */
  readonly runs: readonly ReconciliationRunEntity[];
  /** Open differences, at most 1,000. */
  readonly differences: readonly ReconciliationDifferenceEntity[];
  readonly openDifferences: bigint;
}

/** Which months a night reconciles, and what is kept of it. People hear of a difference once. */
@Injectable()
export class ReconciliationRunsService {
  constructor(
    private readonly monthEnd: MonthEndService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
  ) {}

  /**
   * The months to reconcile now: none until the night (02:30), and after it has run. Each night: those that are open, the last closed one,
   * and one of the older ones in turn, so that what is frozen is looked at again and again at the cost of one month.
   */
  async due(tx: Tx): Promise<Month[]> {
    const now = instantOf(this.clock.now());
    const night = this.calendar.startOfDay(this.calendar.dayOf(now - NIGHT_SECONDS)) + NIGHT_SECONDS;
    const { lastRunAt } = await reconciliationSummary(tx);
    if (lastRunAt !== null && instantOf(lastRunAt) >= night) return [];
    const closed = [...(await closedMonths(tx))].sort();
    const last = closed.at(-1);
    const older = closed.slice(0, -1);
    const inTurn = older[Math.floor(night / DAY_SECONDS) % Math.max(1, older.length)];
    const months = [inTurn, last, ...(await this.monthEnd.due(tx)), ...(await this.#present(tx, now))];
    return months.filter((month) => month !== undefined);
  }

  /** Keeps what was found in a month, and has finance and the operators told of differences that were not there before. */
  async record(tx: Tx, month: Month, found: Reconciliation): Promise<readonly Difference[]> {
    const at = this.clock.now();
    const { clusterGpuSeconds, meteredGpuSeconds, refundedGpuSeconds, lateGpuSeconds, ledgerGpuSeconds, statementGpuSeconds } = found;
    const { comparedJobs, differenceCount } = found;
    const sides = { clusterGpuSeconds, meteredGpuSeconds, refundedGpuSeconds, lateGpuSeconds, ledgerGpuSeconds, statementGpuSeconds };
    await tx.insert(ReconciliationRunEntity, { month, at, ...sides, comparedJobs, differenceCount });
    const differences = found.differences.filter(({ known }) => !known).map((one) => ({ ...one, key: keyOf(month, one) }));
    const fresh = await recordDifferences(tx, month, differences, at);
    // Where not all were listed, one that is missing may still be there.
    if (differences.length === differenceCount) await resolveDifferences(tx, month, at);
    const told = differences.filter(({ key }) => fresh.has(key));
    if (told.length > 0) {
      const listed = told.slice(0, MOST_MAILED).map((one) => ({ code: one.code, reason: one.reason, about: aboutOf(one) }));
      const data = { month, count: told.length, differences: listed };
      await recordEvent(tx, RECONCILIATION_DIFFERED, { key: `${month}/${at.toISOString()}`, data });
    }
    return told;
  }

  /** When a night last reconciled, and how many differences are open. */
  async summary(tx: Tx): Promise<{ readonly lastRunAt: Date | null; readonly open: bigint }> {
    return await reconciliationSummary(tx);
  }

  async nightly(tx: Tx): Promise<NightlyReconciliation> {
    const latest = await tx.find(ReconciliationRunEntity, { order: { at: 'DESC', month: 'DESC' }, take: MOST_LISTED });
    const runs = [...new Map(latest.toReversed().map((run) => [run.month, run])).values()].sort((a, b) => (a.month < b.month ? 1 : -1));
    const differences = await tx.find(ReconciliationDifferenceEntity, {
      where: { resolvedAt: IsNull() },
      order: { month: 'DESC', firstSeenAt: 'ASC', key: 'ASC' },
      take: MOST_LISTED,
    });
    return { runs, differences, openDifferences: (await reconciliationSummary(tx)).open };
  }

  /** The present month, once anything was posted at all. */
  async #present(tx: Tx, now: Instant): Promise<Month[]> {
    return (await this.monthEnd.hasBegun(tx)) ? [this.calendar.monthOf(now)] : [];
  }
}

function aboutOf({ podUid, jobId, account, tenantId }: Difference): string {
  return [tenantId, jobId, podUid, account].filter((part) => part !== undefined).join(' ');
}

function keyOf(month: Month, difference: Difference): string {
  return `${month}/${difference.code}/${aboutOf(difference)}`;
}
