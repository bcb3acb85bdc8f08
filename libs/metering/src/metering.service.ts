import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { chargeSplits, ClosedAdmissionsService, FundingService, type HoldTarget, type Metered, NO_HOLD } from '#funding';
import { BusinessCalendar, type GpuSeconds, type Instant } from '#kernel';
import { grantTerms } from '#grants';
import { lastEnd, lateReadings, readingsUpTo } from './domain/usage.ts';
import { type DayOfUsage, lateAdmissions, type MeteredAdmission, openAdmissions, usageByDay } from './metered-admissions.queries.ts';
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

/** What an open admission is to hold after it is metered, and whether it is over. */
export interface Outlook {
  readonly holdTarget: HoldTarget;
  readonly final: boolean;
  /** Seconds that it may still run, for the forecast of its funds. */
  readonly remainingSeconds?: number;
}

/** An admission after a tick. */
export interface TickResult extends Metered {
  readonly jobId: string;
  readonly tenantId: string;
  /** GPU-seconds of its usage intervals so far. */
  readonly gpuSeconds: GpuSeconds;
  /** What it was to hold. */
  readonly holdTarget: HoldTarget;
}

/** Turns what the cluster reports of pods into usage intervals, and intervals into charges (rules M1–M5). */
@Injectable()
export class MeteringService {
  constructor(
    private readonly funding: FundingService,
    private readonly closed: ClosedAdmissionsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Records at `now` what was seen of pods; a replayed, reordered or duplicated reading changes nothing (rule M2).
   * @returns pods whose UIDs are known under another admission and were not reported before: nothing of them is metered
   */
  async observe(tx: Tx, readings: readonly PodReading[], now: Instant): Promise<ReusedUid[]> {
    return readings.length === 0 ? [] : await recordReadings(tx, readings, now);
  }

  /**
   * Charges to the park what ended pods of `admissionIds` have used beyond what was settled: the pod, or its end, was reported after its
   * admission was over (rule F7).
   */
  async absorbLate(tx: Tx, admissionIds: readonly string[], now: Instant): Promise<void> {
    if (admissionIds.length === 0) return;
    const late = await lateAdmissions(tx, admissionIds);
    const usages = late.map(({ admissionId, tenantId, openedAt, intervals, gpuSeconds, monthEnd, refunded }) => {
      const from = Math.min(openedAt, ...intervals.map((interval) => interval.start));
      const monthEnds = this.calendar.boundaries(from, Math.max(from, lastEnd(intervals, now)));
      const told = lateReadings(intervals, { openedAt, gpuSeconds: gpuSeconds + refunded, monthEnd }, monthEnds);
      const readings = told.readings.map((reading) => ({ ...reading, gpuSeconds: reading.gpuSeconds - refunded }));
      return { admissionId, tenantId, readings, ...(told.monthEnd && { monthEnd: told.monthEnd }) };
    });
    await this.closed.absorb(tx, usages, 'it was reported after the attempt was settled', now);
  }

  /**
   * Records until when pods are known to have run, by their UIDs. Pods whose end is recorded, or that were never recorded, do not change.
   * @returns those whose nodes were silent, and are heard of again
   */
  async seenRunning(tx: Tx, seen: ReadonlyMap<string, Instant>): Promise<NodeSilence[]> {
    if (seen.size === 0) return [];
    const silent = (await silentPods(tx)).filter((uid) => seen.has(uid));
    const heard = silent.length === 0 ? [] : await unmarkSilent(tx, new Map([...seen].filter(([uid]) => silent.includes(uid))));
    await moveLastSeen(tx, seen);
    return heard;
  }

  /**
   * Marks running pods whose nodes are silent: they are charged no further than they were proven to run, until their nodes are heard of
   * again or they end (rules M3, M4). @returns those that were not marked before
   */
  async nodesSilent(tx: Tx, podUids: readonly string[], since: Instant): Promise<NodeSilence[]> {
    return podUids.length === 0 ? [] : await markSilent(tx, podUids, since);
  }

  /** UIDs of running pods whose nodes are silent. */
  async silentPods(tx: Tx): Promise<string[]> {
    return await silentPods(tx);
  }

  /**
   * Ends lost pods, which are gone without a recorded end, at the last time they were seen running (rule M3); `lostPods` lists them.
   * @returns the UIDs that were still open
   */
  async recordLost(tx: Tx, podUids: readonly string[], noticedAt: Instant): Promise<string[]> {
    return podUids.length === 0 ? [] : await endAtLastSeen(tx, podUids, noticedAt);
  }

  /** Pods that are metered as running: those that the cluster no longer knows are lost. */
  async openPods(tx: Tx): Promise<OpenPod[]> {
    return await openPods(tx);
  }

  /** UIDs of the pods that each open admission lost: ended by `recordVanished`, not by a report. */
  async lostPods(tx: Tx): Promise<Map<string, string[]>> {
    return await selectLostPods(tx);
  }

  /** Usage within a span by tenant, class and day: what fair shares are measured by (rule S1). */
  async usageByDay(tx: Tx, span: { from: Instant; until: Instant }): Promise<DayOfUsage[]> {
    return await usageByDay(tx, span);
  }

  /** Admissions that are metered, with their usage; only those of `admissionIds` where given. */
  async open(tx: Tx, admissionIds?: readonly string[]): Promise<MeteredAdmission[]> {
    return await openAdmissions(tx, admissionIds);
  }

  /**
   * Charges `admissions` for all they have used before `now` and renews their holds as `outlook` says (rules M4, M5, F5). May be
   * repeated at any time: what is charged already is not charged again (rule M7). A clock that is slower than the one of an earlier tick
   * takes nothing back: until it has reached that tick, what runs is metered up to that tick.
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
