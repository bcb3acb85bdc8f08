import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { inIsolatedBatches, type LeaderTerm, Transactions, type Tx } from '#database';
import { dampened, type Exhaustion, exhaustionOf, FUNDS_EXHAUSTED, isExhausted, NO_HOLD, warningDistances } from '#funding';
import { Clock, type Instant, instantOf, toDate } from '#kernel';
import {
  admissionId,
  conditionOf,
  isActive,
  type Job,
  JobNotesService,
  JobsService,
  canApply,
  remainingHold,
  remainingRuntime,
} from '#jobs';
import { type MeteredAdmission, MeteringService, type Outlook } from '#metering';
import { ControllerSettings } from '../controller-settings.ts';

const CONTROLLER = systemActor('controller');
/** Admissions metered in one transaction. The number limits memory, and how long settlements wait for the locks of these tenants. */
const BATCH = 500;
/** Seconds until a failed tick is repeated. */
const RETRY_SECONDS = 5;

/** A job, and when its funds end; undefined where nothing ends them within the look-ahead. */
interface KnownExhaustion {
  readonly job: Job;
  readonly exhaustion: Exhaustion | undefined;
}

/** Charges running jobs, renews their holds, forecasts the end of their funds, and stops them in time for their grace (rules M4, F5, F6). */
@Injectable()
export class MeteringLoop {
  readonly #log = new Logger('metering');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly notes: JobNotesService,
    private readonly metering: MeteringService,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns milliseconds of the clock until the next turn: a tick, or less where the funds of a job end before that */
  async turn(term: LeaderTerm): Promise<number> {
    const open = (await this.metering.open(this.transactions.reader)).filter((admission) => admission.intervals.length > 0);
    let soonest = Number.POSITIVE_INFINITY;
    for (const batch of wholeTenants(open)) {
      // A tenant whose tick fails does not hold up the others. Its tick is repeated soon, and its jobs keep their holds until then.
      const { results, failed } = await inIsolatedBatches(batch, batch.length, (tenants) => this.#tick(term, tenants.flat()));
      for (const { item, error } of failed) this.#log.error(`the tick of ${item[0]?.tenantId ?? ''} failed: ${String(error)}`);
      const again = failed.length > 0 ? instantOf(this.clock.now()) + RETRY_SECONDS : Number.POSITIVE_INFINITY;
      soonest = Math.min(soonest, again, ...results);
    }
    const now = instantOf(this.clock.now());
    return Math.max(1, Math.min(this.settings.meteringTickSeconds, soonest - now)) * 1_000;
  }

  async #tick(term: LeaderTerm, admissions: readonly MeteredAdmission[]): Promise<Instant> {
    return await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const now = instantOf(this.clock.now());
      const jobs = new Map(
        (
          await this.jobs.many(
            tx,
            admissions.map((admission) => admission.jobId),
          )
        ).map((job) => [job.id, job]),
      );
      const results = await this.metering.tick(
        tx,
        admissions,
        (admission) => this.#outlook(jobs.get(admission.jobId), admission, now),
        now,
        this.settings.lookAheadSeconds,
      );
      const known = results
        .map((result) => ({ result, job: jobs.get(result.jobId) }))
        .flatMap(({ result, job }) => (job ? [{ result, job }] : []));
      const exhaustions = known.map(({ result, job }): KnownExhaustion => {
        return { job, exhaustion: exhaustionOf({ ...result, graceSeconds: job.graceSeconds }, this.settings, now) };
      });
      await this.#recordExhaustions(tx, exhaustions);
      const exhausted = exhaustions.filter(({ exhaustion }) => isExhausted(exhaustion, now)).map(({ job }) => job.id);
      // A job that was cancelled or has ended since it was read is left out: an error here would undo the charges of all others.
      const stopped = await this.jobs.applyAll(
        tx,
        exhausted,
        (job) => (canApply(conditionOf(job), 'stop-requested') ? { kind: 'stop-requested', reason: FUNDS_EXHAUSTED } : undefined),
        CONTROLLER,
      );
      for (const { id } of stopped) this.#log.log(`${id} is stopped, because its funds are exhausted`);
      const stops = exhaustions.flatMap(({ exhaustion }) => (exhaustion?.basis === 'hold' ? [exhaustion.stopAt] : []));
      return Math.min(Number.POSITIVE_INFINITY, ...stops.filter((at) => at > now));
    });
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
  async #recordExhaustions(tx: Tx, exhaustions: readonly KnownExhaustion[]): Promise<void> {
    const forecasts = exhaustions.map(({ job, exhaustion }) => {
      const at = dampened(exhaustion, job.exhaustsAt === null ? undefined : instantOf(job.exhaustsAt));
      const distances = warningDistances(exhaustion, this.settings.warningDistancesSeconds, this.settings);
      return { job, at: at === undefined ? null : toDate(at), distances };
    });
    await this.notes.forecastExhaustion(tx, forecasts, CONTROLLER);
  }
}

/** Batches of tenants. The admissions of a tenant share its funds, so they stay in one batch. */
function wholeTenants(admissions: readonly MeteredAdmission[]): MeteredAdmission[][][] {
  const batches: MeteredAdmission[][][] = [];
  let capacity = 0;
  for (const own of Map.groupBy(admissions, (admission) => admission.tenantId).values()) {
    const last = batches.at(-1);
    if (last !== undefined && own.length <= capacity) last.push(own);
    else batches.push([own]);
    capacity = (last !== undefined && own.length <= capacity ? capacity : BATCH) - own.length;
  }
  return batches;
}
