import { Injectable } from '@nestjs/common';
import { CatalogService, type GpuClass } from '#catalog';
import { boundPods, NodeCache } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { Clock, type Instant, instantOf } from '#kernel';
import {
  JobSettings,
  type PlaceableJob,
  type PlaceableJobs,
  PlaceableJobsService,
  type PodOverhead,
  podShape,
  type ReplicaShape,
  replicaShape,
} from '#jobs';
import {
  cycle,
  type DecidedCycle,
  type InadmissibleReason,
  inadmissibleReason,
  type Policy,
  queuedJob,
  runningJob,
  stopsFor,
  type RunningJob,
  startLimits,
  waitingStates,
  withRefusals,
} from '#scheduling';
import { CompaniesService } from '#tenancy';
import { Admissions, type Admitting } from '../admission/admissions.ts';
import { alikeRefusals } from '../admission/alike-refusals.ts';
import { Dependencies } from '../admission/dependencies.ts';
import { FundsOutlook } from '../admission/funds-outlook.ts';
import { FundsReview } from '../admission/funds-review.ts';
import { RefusedHolds } from '../admission/refused-holds.ts';
import { SchedulePublisher } from '../admission/schedule-publisher.ts';
import { WaitingReasons } from '../admission/waiting-reasons.ts';
import { ControllerSettings } from '../controller-settings.ts';
import { PodCache } from '../pod-cache.ts';
import { PodOverheads } from '../pod-overheads.ts';
import { timing } from '../schedules/timing.ts';
import { StoppedJobs } from '../stopped-jobs.ts';
import { Sharing } from '../sharing.ts';

/** Longest pause between two turns, for what no event reports. */
export const ADMISSION_PERIOD_MS = 5_000;
/** Cycles in one turn: one more follows whenever the funds cannot be held of a job that starts, or that others would be stopped for. */
const MOST_CYCLES = 20;

/** What the cycles of one turn work on. It is read once; each cycle adds what the one before it has admitted. */
interface TurnState {
  readonly now: Instant;
  readonly classes: readonly GpuClass[];
  readonly overheads: ReadonlyMap<string, PodOverhead>;
  readonly policy: Omit<Policy, 'mostStarts' | 'mostStartsOfTenant'>;
  readonly usage: ReadonlyMap<string, number>;
  readonly inadmissible: Map<string, InadmissibleReason>;
  waiting: readonly PlaceableJob[];
  active: readonly PlaceableJob[];
}

/** A cycle, and the jobs that had nodes before it. */
interface Decided {
  readonly cycle: DecidedCycle;
  readonly running: readonly RunningJob[];
}

/** Starts the jobs that fit and are funded, and records for every other job why it waits (rules S1–S7, F5). */
@Injectable()
export class AdmissionLoop {
  readonly #refused = new RefusedHolds();

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: PlaceableJobsService,
    private readonly companies: CompaniesService,
    private readonly catalog: CatalogService,
    private readonly admissions: Admissions,
    private readonly dependencies: Dependencies,
    private readonly fundsReview: FundsReview,
    private readonly fundsOutlook: FundsOutlook,
    private readonly reasons: WaitingReasons,
    private readonly publisher: SchedulePublisher,
    private readonly pods: PodCache,
    private readonly nodes: NodeCache,
    private readonly overheads: PodOverheads,
    private readonly sharing: Sharing,
    private readonly stoppedJobs: StoppedJobs,
    private readonly jobSettings: JobSettings,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns milliseconds until the first back-off in the queue ends */
  async turn(term: LeaderTerm): Promise<number | undefined> {
    if (!this.pods.synced || !this.nodes.synced) return undefined;
    let jobs = await this.jobs.read(this.transactions.reader);
    if (await this.fundsReview.review(term, jobs.queue, this.#refused)) jobs = await this.jobs.read(this.transactions.reader);
    for (let level = 0; level < MOST_CYCLES && (await this.dependencies.endFailed(term, jobs.queue)); level += 1)
      jobs = await this.jobs.read(this.transactions.reader);
    const { queue } = jobs;
    if (queue.length === 0 && !this.publisher.isDue(term)) return undefined;
    const state = await this.#read(jobs);
    for (let round = 1; round <= MOST_CYCLES; round += 1) {
      const outcome = this.#decide(state);
      if (outcome === undefined) break;
      const { decisions } = outcome.cycle;
      const decided = new Map(state.waiting.map((job) => [job.id, job]));
      const starts = decisions.flatMap((decision): Admitting[] => {
        const job = decided.get(decision.jobId);
        return decision.verdict === 'start' && job !== undefined ? [{ job, placement: decision.placement }] : [];
      });
      const { admitted, refused: refusedStarts } = await this.admissions.admit(term, starts);
      const stops = refusedStarts.length === 0 ? stopsFor(outcome.cycle, outcome.running) : [];
      // Nothing is stopped for a job that could not start afterwards.
      const claiming = [...new Set(stops.map(({ forJobId }) => forJobId))].flatMap((id) => decided.get(id) ?? []);
      const refused = [...refusedStarts, ...(await this.admissions.unfunded(claiming))];
      // A job that claims before another one may be funded by the money that the other one lacks.
      const others = state.waiting.filter((job) => !claiming.includes(job));
      for (const { job, reason } of [...refused, ...alikeRefusals(refused, others, this.settings)]) {
        state.inadmissible.set(job.id, reason);
        if (reason.reason === 'funds') this.#refused.refuse(job, reason);
      }
      const unwanted = new Set(refused.map(({ job }) => job.id));
      const gone = new Set(starts.flatMap(({ job }) => (unwanted.has(job.id) ? [] : [job.id])));
      state.waiting = state.waiting.filter(({ id }) => !gone.has(id));
      state.active = [...state.active, ...admitted.map(asActive)];
      if (refused.length > 0 && round < MOST_CYCLES) continue;
      // What was refused in the last cycle of the turn waits, and the next turn gives its place to another job.
      const settled = withRefusals(outcome.cycle, new Map(refused.map(({ job, reason }) => [job.id, reason])));
      const waits = settled.decisions.filter((decision) => decision.verdict === 'wait');
      const askable = settled.queue.flatMap(({ id, inadmissible }) => (inadmissible?.reason === 'funds' ? [] : (decided.get(id) ?? [])));
      const lackingFunds = await this.fundsOutlook.lacking(askable.filter(({ id }) => !gone.has(id)));
      const freedFor = this.stoppedJobs.freedFor(outcome.running);
      await this.reasons.record(term, queue, waits, waitingStates(settled, lackingFunds, freedFor));
      if (refused.length === 0) await this.stoppedJobs.stop(term, stops);
      // Last: quotes can do without it, and waiting jobs cannot do without the stops.
      await this.publisher.publish(term, settled, state.overheads);
      break;
    }
    return this.#untilBackoffEnds(state.waiting);
  }

  /** Undefined where none ends before the next turn that the schedule begins by itself. */
  #untilBackoffEnds(waiting: readonly PlaceableJob[]): number | undefined {
    const now = this.clock.now().getTime();
    const pauses = waiting.flatMap(({ requeue }) => (requeue === null ? [] : [Date.parse(requeue.notBefore) - now]));
    const next = Math.min(...pauses.filter((pause) => pause > 0));
    return next < ADMISSION_PERIOD_MS ? next : undefined;
  }

  async #read({ queue, active }: PlaceableJobs): Promise<TurnState> {
    const tx = this.transactions.reader;
    const now = instantOf(this.clock.now());
    const classes = await this.catalog.classes(tx);
    const companies = await this.companies.byIds(tx, [...new Set(queue.map((job) => job.tenantId))]);
    const dependencies = await this.dependencies.reasons(queue);
    const inadmissible = queue.flatMap((job): [string, InadmissibleReason][] => {
      const reason = inadmissibleReason(job, companies.get(job.tenantId), now) ?? dependencies.get(job.id) ?? this.#refused.reasonFor(job);
      return reason === undefined ? [] : [[job.id, reason]];
    });
    return {
      ...{ now, classes, overheads: await this.overheads.of(classes), inadmissible: new Map(inadmissible) },
      ...{ policy: await this.sharing.policy(), usage: await this.sharing.usage(now) },
      ...{ waiting: queue, active },
    };
  }

  /** @returns undefined where nothing may start now */
  #decide({ now, waiting, active, classes, overheads, inadmissible, usage, ...state }: TurnState): Decided | undefined {
    const policy = { ...state.policy, ...startLimits(active, waiting) };
    if (policy.mostStarts <= 0) return undefined;
    const shapeOf = ({ spec, gpuClass }: PlaceableJob): ReplicaShape =>
      podShape(replicaShape(spec, this.jobSettings), overheads.get(gpuClass));
    const queue = waiting.map((job) => queuedJob(job, shapeOf(job), inadmissible.get(job.id), now));
    const running = active.map((job) => runningJob(job, shapeOf(job), now));
    const snapshot = { nodes: this.nodes.capacity(classes), pods: boundPods(this.pods.all()), gangs: running.map(({ gang }) => gang) };
    const end = timing('cycle');
    const decisions = cycle(queue, snapshot, usage, policy, now);
    end();
    return { cycle: { queue, snapshot, usage, policy, now, decisions }, running };
  }
}

/** A job as its admission leaves it. */
function asActive({ job, placement }: Admitting): PlaceableJob {
  return { ...job, state: 'Admitted', attempt: job.attempt + 1, placement, startedAt: null, checkpointAt: null, stopRequestedAt: null };
}
