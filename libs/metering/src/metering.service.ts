import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { chargeSplits, ClosedAdmissionsService, FundingService, type HoldTarget, type Metered, NO_HOLD } from '#funding';
import { BusinessCalendar, type GpuSeconds, type Instant } from '#kernel';
import { grantTerms } from '#grants';
import { lastEnd, lateReadings, readingsUpTo } from './domain/usage.ts';
import {
  type DayOfUsage,
  lateAdmissions,
  type MeteredAdmission,
  oldestTick,
  openAdmissions,
  usageByDay,
} from './metered-admissions.queries.ts';
import {
  endAtLastSeen,
  markSilent,
  moveLastSeen,
  type NodeSilence,
  type OpenPod,
  openPods,
  type PodReading,
  recordReadings,
  selectLostPods,
  silentPods,
  unmarkSilent,
} from './recorded-pods.queries.ts';
import type { ReusedUid } from './reused-uids.queries.ts';

/** What an open admission must hold after it is metered, and whether it is over. */
export interface Outlook {
  readonly holdTarget: HoldTarget;
  readonly final: boolean;
  /** Seconds that it may still run, for the forecast of exhaustion. */
  readonly remainingSeconds?: number;
}

/** An admission after a tick. */
export interface TickResult extends Metered {
  readonly jobId: string;
  readonly tenantId: string;
  /** GPU-seconds of its usage intervals so far. */
  readonly gpuSeconds: GpuSeconds;
  /** What it had to hold. */
  readonly holdTarget: HoldTarget;
}

/** Turns reports about pods into usage intervals, and usage intervals into charges (rules M1–M5). */
@Injectable()
export class MeteringService {
  constructor(
    private readonly funding: FundingService,
    private readonly closed: ClosedAdmissionsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Records pod readings at `now`. A replayed, reordered or duplicated reading changes nothing (rule M2).
   * @returns pods whose UIDs belong to another admission and were not reported before: nothing of them is metered
   */
  async observe(tx: Tx, readings: readonly PodReading[], now: Instant): Promise<ReusedUid[]> {
    return readings.length === 0 ? [] : await recordReadings(tx, readings, now);
  }

  /**
   * Charges to the park what ended pods of `admissionIds` used beyond what was settled: pods that were first reported, or whose end was
   * reported, after their admission was over (rule F7).
   */
  async absorbLate(tx: Tx, admissionIds: readonly string[], now: Instant): Promise<void> {
    if (admissionIds.length === 0) return;
    const admissions = await lateAdmissions(tx, admissionIds);
    const usages = admissions.map(({ admissionId, tenantId, openedAt, intervals, gpuSeconds, monthEnd, refunded }) => {
      const from = Math.min(openedAt, ...intervals.map((interval) => interval.start));
      const monthEnds = this.calendar.boundaries(from, Math.max(from, lastEnd(intervals, now)));
      const late = lateReadings(intervals, { openedAt, gpuSeconds: gpuSeconds + refunded, monthEnd }, monthEnds);
      const readings = late.readings.map((reading) => ({ ...reading, gpuSeconds: reading.gpuSeconds - refunded }));
      return { admissionId, tenantId, readings, ...(late.monthEnd && { monthEnd: late.monthEnd }) };
    });
    await this.closed.absorb(tx, usages, 'it was reported after the attempt was settled', now);
  }

  /**
   * Records until when pods are proven to have run, by their UIDs (rule M3). Pods with a recorded end and unknown pods are ignored.
   * @returns those whose nodes were silent and are heard again
   */
  async seenRunning(tx: Tx, seen: ReadonlyMap<string, Instant>): Promise<NodeSilence[]> {
    if (seen.size === 0) return [];
    const silent = (await silentPods(tx)).filter((uid) => seen.has(uid));
    const heard = silent.length === 0 ? [] : await unmarkSilent(tx, new Map([...seen].filter(([uid]) => silent.includes(uid))));
    await moveLastSeen(tx, seen);
    return heard;
  }

  /**
   * Records which running pods are on silent nodes. They are charged only up to when they were proven to run, until their nodes are heard
   * again or they end (rules M3, M4). @returns those that were not recorded as such before
   */
  async nodesSilent(tx: Tx, podUids: readonly string[], since: Instant): Promise<NodeSilence[]> {
    return podUids.length === 0 ? [] : await markSilent(tx, podUids, since);
  }

  /** UIDs of running pods whose nodes are silent. */
  async silentPods(tx: Tx): Promise<string[]> {
    return await silentPods(tx);
  }

  /**
   * Ends lost pods when they were last seen running (rule M3); `lostPods` of this module's public API lists them.
   * @returns the UIDs of those that had no end before
   */
  async recordLost(tx: Tx, podUids: readonly string[], noticedAt: Instant): Promise<string[]> {
    return podUids.length === 0 ? [] : await endAtLastSeen(tx, podUids, noticedAt);
  }

  /** Pods that are metered as running. One that the cluster does not know any more is lost (rule M3). */
  async openPods(tx: Tx): Promise<OpenPod[]> {
    return await openPods(tx);
  }

  /** UIDs of the pods of each open admission that `recordLost` ended, instead of a report. */
  async lostPods(tx: Tx): Promise<Map<string, string[]>> {
    return await selectLostPods(tx);
  }

  /** Usage within a span by tenant, class and day, for the fair shares (rule S1). */
  async usageByDay(tx: Tx, span: { from: Instant; until: Instant }): Promise<DayOfUsage[]> {
    return await usageByDay(tx, span);
  }

  /** Open admissions with their usage; only those of `admissionIds` where given. */
  async open(tx: Tx, admissionIds?: readonly string[]): Promise<MeteredAdmission[]> {
    return await openAdmissions(tx, admissionIds);
  }

  /** The instant up to which the running job is charged that is charged the least far: how far metering lags; undefined while none runs. */
  async oldestTick(tx: Tx): Promise<Instant | undefined> {
    return (await oldestTick(tx)) ?? undefined;
  }

  /**
   * Charges `admissions` for everything they used before `now`, and renews their holds as `outlook` says (rules M4, M5, F5). It may be
   * repeated at any time, because nothing is charged twice (rule M7). A clock that is behind the clock of an earlier tick credits nothing
   * back: until it has caught up, running pods are metered up to that earlier tick.
   */
  async tick(
    tx: Tx,
    admissions: readonly MeteredAdmission[],
    outlook: (admission: MeteredAdmission) => Outlook,
    now: Instant,
    lookAheadSeconds = 0,
  ): Promise<TickResult[]> {
    if (admissions.length === 0) return [];
    const tenantIds = [...new Set(admissions.map((admission) => admission.tenantId))];
    const usableFrom = admissions.reduce(
      (first, { openedAt, intervals }) => Math.min(first, openedAt, ...intervals.map(({ start }) => start)),
      now,
    );
    const grants = Map.groupBy(await grantTerms(tx, tenantIds, { usableFrom }), (grant) => grant.tenantId);
    const reports = admissions.map((admission) => {
      const { admissionId, tenantId, intervals, meteredUntil = now } = admission;
      const at = Math.max(now, meteredUntil);
      const [from, until] = [
        Math.min(at, admission.openedAt, ...intervals.map(({ start }) => start)),
        Math.max(at, lastEnd(intervals, at)),
      ];
      const crossed = this.calendar.boundaries(from, until);
      const splits = chargeSplits(from, until, this.calendar, grants.get(tenantId) ?? []);
      const readings = readingsUpTo(intervals, admission.gpuSeconds, splits, at, { crossed, charged: admission.monthEnd });
      return { admissionId, tenantId, readings, meteredUntil: at, ...outlook(admission) };
    });
    const metered = await this.funding.meter(tx, reports, now, lookAheadSeconds);
    return metered.map((result, index) => ({
      ...result,
      jobId: admissions[index]?.jobId ?? '',
      tenantId: admissions[index]?.tenantId ?? '',
      holdTarget: reports[index]?.holdTarget ?? NO_HOLD,
      gpuSeconds: (admissions[index]?.gpuSeconds ?? 0n) + result.chargedGpuSeconds,
    }));
  }
}
