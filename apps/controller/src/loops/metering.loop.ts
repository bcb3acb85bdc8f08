import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { inIsolatedBatches, type LeaderTerm, Transactions, type Tx } from '#database';
import { Clock, type Instant, instantOf, toDate } from '#kernel';
import { admissionId, conditionOf, isActive, type Job, JobNotesService, JobsService, canApply, totalGpus } from '#jobs';
import { type MeteredAdmission, MeteringService, type Outlook, type TickResult } from '#metering';
import { FUNDS_EXHAUSTED } from './admission.loop.ts';
import { ControllerSettings } from '../controller-settings.ts';

const CONTROLLER = systemActor('controller');
/** Admissions metered in one transaction: bounds memory, and the time for which ends must wait for the locks of their tenants. */
const BATCH = 500;
const STEADY_SECONDS = 60;
/** After a tick that failed. */
const RETRY_SECONDS = 5;

/** Charges what runs, renews its holds, foresees the end of funds and stops jobs in time for their grace (rules M4, F5, F6). */
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

  /** @returns milliseconds of the clock until the next turn: a tick, or less where a job's funds end before it */
  async turn(term: LeaderTerm): Promise<number> {
    const open = (await this.metering.open(this.transactions.reader)).filter((admission) => admission.intervals.length > 0);
    let soonest = Number.POSITIVE_INFINITY;
    for (const batch of wholeTenants(open)) {
      // A tenant whose tick fails is in no other's way, and is tried again soon: its holds run on.
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
      const exhaustions = known.map(({ result, job }) => ({ job, at: this.#exhaustion(job, result, now) }));
      await this.#tell(tx, known, now);
      const exhausted = exhaustions.filter(({ at }) => at !== undefined && at <= now).map(({ job }) => job.id);
      // A job that was cancelled or ended since it was read is left alone: it must not undo what is charged to all others.
      const stopped = await this.jobs.applyAll(
        tx,
        exhausted,
        (job) => (canApply(conditionOf(job), 'stop-requested') ? { kind: 'stop-requested', reason: FUNDS_EXHAUSTED } : undefined),
        CONTROLLER,
      );
      for (const { id } of stopped) this.#log.log(`${id} is stopped: its funds are exhausted`);
      return Math.min(...exhaustions.map(({ at }) => (at === undefined || at <= now ? Number.POSITIVE_INFINITY : at)));
    });
  }

  /**
   * Holds for the horizon or the rest of the max runtime, whichever is less, and for the grace behind it (rule F5). While nothing
   * runs the attempt may still go on, with a pod that is started again: what it may use stays held until it is settled.
   */
  #outlook(job: Job | undefined, admission: MeteredAdmission, now: Instant): Outlook {
    if (job === undefined || !isActive(job.state) || admissionId(job) !== admission.admissionId)
      return { holdTarget: { gpus: 0n, seconds: 0n }, final: false };
    const started = job.startedAt === null ? Math.min(now, ...admission.intervals.map(({ start }) => start)) : instantOf(job.startedAt);
    const rest = job.state === 'Suspending' ? 0 : Math.max(0, started + job.maxRuntimeSeconds - now);
    const seconds = Math.min(rest, this.settings.holdHorizonSeconds) + this.settings.stopSeconds(job);
    return { holdTarget: { gpus: BigInt(totalGpus(job)), seconds: BigInt(seconds) }, final: false, restSeconds: rest };
  }

  /** Shows when funds end and warns of it: by the holds where they fall short, else by the forecast (rule F6). */
  async #tell(tx: Tx, known: readonly { readonly job: Job; readonly result: TickResult }[], now: Instant): Promise<void> {
    const distances = this.settings.warningDistancesSeconds;
    // That a hold falls short is told at once, however far the distances are.
    const atOnce = [...distances, Math.max(this.settings.holdHorizonSeconds, ...distances)];
    const forecast = known.map(({ job, result }) => {
      const certain = this.#exhaustion(job, result, now);
      return certain === undefined
        ? { job, at: dampened(job, this.#forecast(job, result, now)), distances }
        : { job, at: toDate(certain), distances: atOnce };
    });
    await this.notes.forecastExhaustion(tx, forecast, CONTROLLER);
  }

  /** When the job will have to be stopped as things stand; at the earliest soon, for its holds are whole. */
  #forecast(job: Job, { fundsEndAt }: TickResult, now: Instant): Instant | undefined {
    return fundsEndAt === undefined ? undefined : Math.max(now + 1, fundsEndAt - this.settings.stopSeconds(job));
  }

  /** When the job must be stopped so that its grace still lies within what is held; undefined while its holds are whole (rule F6). */
  #exhaustion(job: Job, result: TickResult, now: Instant): Instant | undefined {
    const asked = result.askedGpuSeconds;
    if (result.heldGpuSeconds >= asked) return undefined;
    const heldSeconds = Number(result.heldGpuSeconds / BigInt(totalGpus(job)));
    return now + heldSeconds - this.settings.stopSeconds(job);
  }
}

function dateOf(at: Instant | undefined): Date | null {
  return at === undefined ? null : toDate(at);
}

/** A forecast that moved by less than it is good for stays where it was: a tick then writes what is news only. */
function dampened({ exhaustsAt }: Job, at: Instant | undefined): Date | null {
  const stays = at !== undefined && exhaustsAt !== null && Math.abs(instantOf(exhaustsAt) - at) < STEADY_SECONDS;
  return stays ? exhaustsAt : dateOf(at);
}

/** Batches of tenants, each with its admissions, which share its funds and so stay together. */
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
