import { systemActor } from '#audit';
import type { Tx } from '#database';
import { dampened, exhaustionOf, FUNDS_EXHAUSTED, isExhausted, warningDistances } from '#funding';
import { instantOf, toDate } from '#kernel';
import { admissionId, canApply, conditionOf, JobNotesService, JobsService, remainingHold, remainingRuntime } from '#jobs';
import { MeteringService } from '#metering';
import type { ControllerSettings } from '../../../controller/src/index.ts';
import type { Office } from './office.ts';
import type { RunningAttempt } from './played-cluster.ts';

const CONTROLLER = systemActor('controller');
const DAY = 86_400;
/** Seconds from SIGTERM until a container has ended. */
const ENDS_AFTER = 1;

/** Charges what runs in the history, warns of the end of funds and stops jobs in time for it (rules M4, F5, F6). */
export class HistoryMeter {
  constructor(
    private readonly office: Office,
    private readonly settings: ControllerSettings,
  ) {}

  /** Charges `attempts` up to the present instant. @returns them, with when they are metered next and when they end */
  async charge(tx: Tx, attempts: readonly RunningAttempt[]): Promise<RunningAttempt[]> {
    if (attempts.length === 0) return [];
    const { office, settings } = this;
    const [jobs, metering, now] = [office.get(JobsService), office.get(MeteringService), office.now];
    const read = await jobs.many(
      tx,
      attempts.map(({ job }) => job.id),
    );
    const current = new Map(read.map((job) => [job.id, job]));
    const open = await metering.open(
      tx,
      attempts.map(({ job }) => admissionId(job)),
    );
    const podStarts = new Map(open.map(({ jobId, intervals }) => [jobId, intervals.map(({ start }) => start)]));
    const outlookOf = ({ jobId }: { readonly jobId: string }) => {
      const job = current.get(jobId);
      if (job === undefined) throw new Error(`${jobId} is not among the jobs`);
      const remainingSeconds = remainingRuntime(job, podStarts.get(jobId) ?? [], now);
      return { holdTarget: remainingHold(job, remainingSeconds, settings), final: false, remainingSeconds };
    };
    // The next tick is a day away, so the forecast reaches beyond it.
    const results = await metering.tick(tx, open, outlookOf, now, Math.max(settings.lookAheadSeconds, 2 * DAY));
    const forecasts = results.flatMap((result) => {
      const job = current.get(result.jobId);
      if (job === undefined) return [];
      return [{ job, exhaustion: exhaustionOf({ ...result, graceSeconds: job.graceSeconds }, settings, now) }];
    });
    await office.get(JobNotesService).forecastExhaustion(
      tx,
      forecasts.map(({ job, exhaustion }) => {
        const at = dampened(exhaustion, job.exhaustsAt === null ? undefined : instantOf(job.exhaustsAt));
        const distances = warningDistances(exhaustion, settings.warningDistancesSeconds, settings);
        return { job, at: at === undefined ? null : toDate(at), distances };
      }),
      CONTROLLER,
    );
    const exhausted = forecasts.filter(({ exhaustion }) => isExhausted(exhaustion, now)).map(({ job }) => job.id);
    await jobs.applyAll(
      tx,
      exhausted,
      (job) => (canApply(conditionOf(job), 'stop-requested') ? { kind: 'stop-requested', reason: FUNDS_EXHAUSTED } : undefined),
      CONTROLLER,
    );
    const stopsAt = new Map(forecasts.map(({ job, exhaustion }) => [job.id, exhaustion?.stopAt]));
    return attempts.map(({ meterAt: _, ...attempt }) => {
      if (exhausted.includes(attempt.job.id)) {
        return { ...attempt, plan: { ...attempt.plan, outcome: 'is-stopped' as const }, endsAt: now + ENDS_AFTER };
      }
      const stopAt = stopsAt.get(attempt.job.id);
      return { ...attempt, ...(stopAt !== undefined && { meterAt: Math.max(stopAt, now + 1) }) };
    });
  }
}
