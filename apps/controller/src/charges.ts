import { Injectable } from '@nestjs/common';
import { systemActor } from '#audit';
import type { Tx } from '#database';
import { dampened, type Exhaustion, exhaustionOf, FUNDS_EXHAUSTED, isExhausted, NO_HOLD, warningDistances } from '#funding';
import { Clock, type Instant, instantOf, toDate } from '#kernel';
import {
  admissionId,
  canApply,
  conditionOf,
  isActive,
  type Job,
  JobNotesService,
  JobsService,
  remainingHold,
  remainingRuntime,
} from '#jobs';
import { type MeteredAdmission, MeteringService, type Outlook } from '#metering';
import { ControllerSettings } from './controller-settings.ts';

const CONTROLLER = systemActor('controller');

/** A charged job, and when its funds end; undefined where nothing ends them within the look-ahead. */
interface ForecastJob {
  readonly job: Job;
  readonly exhaustion: Exhaustion | undefined;
}

/** What a charge has shown. */
export interface Charged {
  /** Up to when was charged. */
  readonly at: Instant;
  readonly forecasts: readonly ForecastJob[];
  /** Jobs that are stopped now, because their funds are exhausted. */
  readonly stopped: readonly Job[];
}

/** Charges running jobs, renews their holds, forecasts the end of their funds, and stops them in time for their grace (rules M4, F5, F6). */
@Injectable()
export class Charges {
  constructor(
    private readonly jobs: JobsService,
    private readonly notes: JobNotesService,
    private readonly metering: MeteringService,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** Charges what `admissions` used up to the present instant. @param lookAheadSeconds how far the end of their funds is forecast */
  async charge(tx: Tx, admissions: readonly MeteredAdmission[], lookAheadSeconds: number): Promise<Charged> {
    const now = instantOf(this.clock.now());
    const read = await this.jobs.many(
      tx,
      admissions.map((admission) => admission.jobId),
    );
    const jobs = new Map(read.map((job) => [job.id, job]));
    const outlookOf = (admission: MeteredAdmission): Outlook => this.#outlook(jobs.get(admission.jobId), admission, now);
    const results = await this.metering.tick(tx, admissions, outlookOf, now, lookAheadSeconds);
    const forecasts = results.flatMap((result): ForecastJob[] => {
      const job = jobs.get(result.jobId);
      return job === undefined
        ? []
        : [{ job, exhaustion: exhaustionOf({ ...result, graceSeconds: job.graceSeconds }, this.settings, now) }];
    });
    await this.#recordForecasts(tx, forecasts);
    const exhausted = forecasts.filter(({ exhaustion }) => isExhausted(exhaustion, now)).map(({ job }) => job.id);
    // A job that was cancelled or has ended since it was read is left out: an error here would undo the charges of all others.
    const stopped = await this.jobs.applyAll(
      tx,
      exhausted,
      (job) => (canApply(conditionOf(job), 'stop-requested') ? { kind: 'stop-requested', reason: FUNDS_EXHAUSTED } : undefined),
      CONTROLLER,
    );
    return { at: now, forecasts, stopped };
  }

  /**
   * What an admission holds next (rule F5). While no pod runs, the attempt may still go on with a pod that is started again, so it keeps its
   * holds until it is settled.
   */
  #outlook(job: Job | undefined, admission: MeteredAdmission, now: Instant): Outlook {
    if (job === undefined || !isActive(job.state) || admissionId(job) !== admission.admissionId)
      return { holdTarget: NO_HOLD, final: false };
    const podStarts = admission.intervals.map(({ start }) => start);
    const remainingSeconds = remainingRuntime(job, podStarts, now);
    return { holdTarget: remainingHold(job, remainingSeconds, this.settings), final: false, remainingSeconds };
  }

  /** Shows the tenants when their funds end, and warns them of it (rule F6). */
  async #recordForecasts(tx: Tx, forecasts: readonly ForecastJob[]): Promise<void> {
    const notes = forecasts.map(({ job, exhaustion }) => {
      const at = dampened(exhaustion, job.exhaustsAt === null ? undefined : instantOf(job.exhaustsAt));
      const distances = warningDistances(exhaustion, this.settings.warningDistancesSeconds, this.settings);
      return { job, at: at === undefined ? null : toDate(at), distances };
    });
    await this.notes.forecastExhaustion(tx, notes, CONTROLLER);
  }
}
