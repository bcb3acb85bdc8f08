import { Injectable } from '@nestjs/common';
import { CatalogService, type GpuClass } from '#catalog';
import { boundPods, NodeCache } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { Clock, type Instant, instantOf } from '#kernel';
import {
  admissionId,
  JobSettings,
  type PlaceableJob,
  type PlaceableJobs,
  PlaceableJobsService,
  type PodOverhead,
  podShape,
  replicaShape,
} from '#jobs';
import {
  avoidedNodes,
  cycle,
  type Decision,
  type InadmissibleReason,
  inadmissibleReason,
  occupancySeconds,
  type Policy,
  type QueuedJob,
  type Snapshot,
  startLimits,
} from '#scheduling';
import { CompaniesService } from '#tenancy';
import { Admissions, type Admitting } from '../admission/admissions.ts';
import { alikeRefusals } from '../admission/alike-refusals.ts';
import { FundsReview } from '../admission/funds-review.ts';
import { RefusedHolds } from '../admission/refused-holds.ts';
import { WaitingReasons } from '../admission/waiting-reasons.ts';
import { ControllerSettings } from '../controller-settings.ts';
import { PodCache } from '../pod-cache.ts';
import { PodOverheads } from '../pod-overheads.ts';
import { timing } from '../schedules/timing.ts';
import { Sharing } from '../sharing.ts';

/** Longest pause between two turns, for what no event reports. */
export const ADMISSION_PERIOD_MS = 5_000;
/** Cycles in one turn: one more follows whenever the funds of a started job cannot be held. */
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
    private readonly fundsReview: FundsReview,
    private readonly reasons: WaitingReasons,
    private readonly pods: PodCache,
    private readonly nodes: NodeCache,
    private readonly overheads: PodOverheads,
    private readonly sharing: Sharing,
    private readonly jobSettings: JobSettings,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns milliseconds until the first back-off in the queue ends */
  async turn(term: LeaderTerm): Promise<number | undefined> {
    if (!this.pods.synced || !this.nodes.synced) return undefined;
    let jobs = await this.jobs.read(this.transactions.reader);
    if (await this.fundsReview.review(term, jobs.queue, this.#refused)) jobs = await this.jobs.read(this.transactions.reader);
    const { queue } = jobs;
    if (queue.length === 0) return undefined;
    const state = await this.#read(jobs);
    for (let round = 0; round < MOST_CYCLES; round += 1) {
      const decisions = this.#decide(state);
      const decided = new Map(state.waiting.map((job) => [job.id, job]));
      const starts = decisions.flatMap((decision): Admitting[] => {
        const job = decided.get(decision.jobId);
        return decision.verdict === 'start' && job !== undefined ? [{ job, placement: decision.placement }] : [];
      });
      const { admitted, refused } = await this.admissions.admit(term, starts);
      for (const { job, reason } of [...refused, ...alikeRefusals(refused, state.waiting, this.settings)]) {
        state.inadmissible.set(job.id, reason);
        if (reason.reason === 'funds') this.#refused.refuse(job, reason);
      }
      const unwanted = new Set(refused.map(({ job }) => job.id));
      const gone = new Set(starts.flatMap(({ job }) => (unwanted.has(job.id) ? [] : [job.id])));
      state.waiting = state.waiting.filter(({ id }) => !gone.has(id));
      state.active = [...state.active, ...admitted.map(asActive)];
      if (refused.length === 0) {
        const waits = decisions.filter((decision) => decision.verdict === 'wait');
        await this.reasons.record(term, queue, waits);
        break;
      }
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
    const inadmissible = queue.flatMap((job): [string, InadmissibleReason][] => {
      const reason = inadmissibleReason(job, companies.get(job.tenantId), now) ?? this.#refused.reasonFor(job);
      return reason === undefined ? [] : [[job.id, reason]];
    });
    return {
      ...{ now, classes, overheads: await this.overheads.of(classes), inadmissible: new Map(inadmissible) },
      ...{ policy: await this.sharing.policy(), usage: await this.sharing.usage(now) },
      ...{ waiting: queue, active },
    };
  }

  #decide(state: TurnState): Decision[] {
    const { now, waiting, active, overheads, inadmissible, usage } = state;
    const policy = { ...state.policy, ...startLimits(active, waiting) };
    if (policy.mostStarts <= 0) return [];
    const queued = waiting.map((job): QueuedJob => {
      const reason = inadmissible.get(job.id);
      const { id, tenantId, priority, gpuClass, replicas } = job;
      const replica = podShape(replicaShape(job.spec, this.jobSettings), overheads.get(gpuClass));
      return {
        ...{ id, tenantId, priority, gpuClass, replicas, replica },
        ...{ queuedAt: instantOf(job.queuedAt), longestSeconds: occupancySeconds(job) },
        ...(reason !== undefined && { inadmissible: reason }),
        ...avoidedNodes(job, now),
      };
    });
    const snapshot = this.#snapshot(state);
    const end = timing('cycle');
    const decisions = cycle(queued, snapshot, usage, policy, now);
    end();
    return decisions;
  }

  #snapshot({ now, active, classes, overheads }: TurnState): Snapshot {
    return {
      nodes: this.nodes.capacity(classes),
      pods: boundPods(this.pods.all()),
      gangs: active.map((job) => ({
        admissionId: admissionId(job),
        tenantId: job.tenantId,
        gpuClass: job.gpuClass,
        replica: podShape(replicaShape(job.spec, this.jobSettings), overheads.get(job.gpuClass)),
        placement: job.placement ?? [],
        endsBy: (job.startedAt === null ? now : instantOf(job.startedAt)) + occupancySeconds(job),
      })),
    };
  }
}

/** A job as its admission leaves it. */
function asActive({ job, placement }: Admitting): PlaceableJob {
  return { ...job, state: 'Admitted', attempt: job.attempt + 1, placement, startedAt: null };
}
