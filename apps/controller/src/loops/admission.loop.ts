import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { CatalogService, type GpuClass } from '#catalog';
import { boundPods, NodeCache } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions, type Tx } from '#database';
import { FundingService, type Opening, QuotesService, targetGpuSeconds } from '#funding';
import { Clock, DomainError, type Fen, formatInstant, type Instant, instantOf, invariant } from '#kernel';
import {
  admissionId,
  conditionOf,
  firstHold,
  type Transition,
  type Job,
  JobsService,
  JobSettings,
  canApply,
  type PlaceableJob,
  type PodOverhead,
  podShape,
  replicaShape,
  resumesWhenFunded,
} from '#jobs';
import {
  avoidedNodes,
  cycle,
  type Decision,
  type InadmissibleReason,
  inadmissibleReason,
  occupancySeconds,
  type QueuedJob,
  type Snapshot,
  type Start,
  startLimits,
} from '#scheduling';
import { CompaniesService, type Company, lockTenants } from '#tenancy';
import { ControllerSettings } from '../controller-settings.ts';
import { PodCache } from '../pod-cache.ts';
import { PodOverheads } from '../pod-overheads.ts';
import { Sharing } from '../sharing.ts';

const CONTROLLER = systemActor('controller');
/** Cycles in one turn: one more follows whenever the funds of a started job cannot be held. */
const MOST_CYCLES = 20;
/** Jobs admitted in one transaction. The number limits how long settlements wait for the locks of these tenants. */
const BATCH = 100;

/** A job that the cycle starts, and the node of each replica. */
interface Admitting {
  readonly job: PlaceableJob;
  readonly placement: readonly string[];
}

/** Starts the jobs that fit and are funded, and records for every other job why it waits (rules S1–S7, F5). */
@Injectable()
export class AdmissionLoop {
  readonly #log = new Logger('admission');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly companies: CompaniesService,
    private readonly catalog: CatalogService,
    private readonly funding: FundingService,
    private readonly quotes: QuotesService,
    private readonly pods: PodCache,
    private readonly nodes: NodeCache,
    private readonly overheads: PodOverheads,
    private readonly sharing: Sharing,
    private readonly jobSettings: JobSettings,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  async turn(term: LeaderTerm): Promise<undefined> {
    if (!this.pods.synced || !this.nodes.synced) return undefined;
    await this.#resumeFunded(term);
    const queue = await this.jobs.queue(this.transactions.reader);
    if (queue.length === 0) return undefined;
    const tenantIds = [...new Set(queue.map((job) => job.tenantId))];
    const companies = await this.companies.byIds(this.transactions.reader, tenantIds);
    const inadmissible = inadmissibleJobs(queue, companies, instantOf(this.clock.now()));
    const started = new Set<string>();
    for (let round = 0; round < MOST_CYCLES; round += 1) {
      const waiting = queue.filter((job) => !started.has(job.id));
      const decisions = await this.#decide(waiting, inadmissible);
      const starts = decisions.filter((decision) => decision.verdict === 'start');
      const refused = await this.#startAll(term, waiting, starts, started);
      for (const [jobId, reason] of refused) inadmissible.set(jobId, reason);
      if (refused.size === 0) {
        await this.#explain(term, decisions);
        break;
      }
    }
    return undefined;
  }

  async #decide(queue: readonly PlaceableJob[], inadmissibleOf: ReadonlyMap<string, InadmissibleReason>): Promise<Decision[]> {
    const now = instantOf(this.clock.now());
    const classes = await this.catalog.classes(this.transactions.reader);
    const overheads = await this.overheads.of(classes);
    const waiting = queue.map((job): QueuedJob => {
      const inadmissible = inadmissibleOf.get(job.id);
      const { id, tenantId, priority, gpuClass, replicas } = job;
      return {
        ...{
          id,
          tenantId,
          priority,
          gpuClass,
          replicas,
          replica: podShape(replicaShape(job.spec, this.jobSettings), overheads.get(gpuClass)),
        },
        ...{ queuedAt: instantOf(job.queuedAt), longestSeconds: occupancySeconds(job) },
        ...(inadmissible !== undefined && { inadmissible }),
        ...avoidedNodes(job, now),
      };
    });
    const active = await this.jobs.active(this.transactions.reader);
    const policy = { ...(await this.sharing.policy()), ...startLimits(active, queue) };
    if (policy.mostStarts <= 0) return [];
    return cycle(waiting, this.#snapshot(active, classes, overheads, now), await this.sharing.usage(now), policy, now);
  }

  #snapshot(
    active: readonly PlaceableJob[],
    classes: readonly GpuClass[],
    overheads: ReadonlyMap<string, PodOverhead>,
    now: Instant,
  ): Snapshot {
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

  /** Admits many jobs in one transaction, ordered by tenant. @returns the jobs that must wait instead, and why */
  async #startAll(
    term: LeaderTerm,
    queue: readonly PlaceableJob[],
    starts: readonly Start[],
    started: Set<string>,
  ): Promise<Map<string, InadmissibleReason>> {
    const waiting = new Map(queue.map((job) => [job.id, job]));
    const admitting = starts.flatMap(({ jobId, placement }): Admitting[] => {
      const job = waiting.get(jobId);
      return job === undefined ? [] : [{ job, placement }];
    });
    const byTenant = [...Map.groupBy(admitting, ({ job }) => job.tenantId).values()].flat();
    const { results, failed } = await inIsolatedBatches(byTenant, BATCH, (batch) => this.#admit(term, batch));
    for (const { item, error } of failed) {
      // The job was cancelled after the cycle, so it is not in the queue any more either.
      if (error instanceof DomainError && error.code === 'job.transition-refused') continue;
      this.#log.error(`${item.job.id} (${item.job.name}) cannot be admitted: ${String(error)}`);
    }
    const refused = new Map(results.flatMap((batch) => [...batch]));
    for (const { job } of byTenant) if (!refused.has(job.id)) started.add(job.id);
    return refused;
  }

  /**
   * Places the holds and admits the jobs in one transaction: no job is admitted without funds, and no hold exists without its job (rule
   * F5). The number of statements does not grow with the number of jobs.
   */
  async #admit(term: LeaderTerm, batch: readonly Admitting[]): Promise<Map<string, InadmissibleReason>> {
    const { admitted, refused } = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const now = this.clock.now();
      const prices = await this.#prices(tx, batch, now);
      const tenantIds = [...new Set(batch.map(({ job }) => job.tenantId))];
      // The lock keeps a company's status until the commit: a suspended company gets no new hold.
      await lockTenants(tx, tenantIds);
      const inadmissible = inadmissibleJobs(
        batch.map(({ job }) => job),
        await this.companies.byIds(tx, tenantIds),
        instantOf(now),
      );
      const fundable = batch.filter(({ job }) => !inadmissible.has(job.id));
      const openings = fundable.map(({ job }): Opening => {
        const { tenantId, gpuClass, selfPay } = job;
        const fenPerGpuHour = prices.get(gpuClass) ?? 0n;
        return {
          request: { id: nextAdmission(job), jobId: job.id, tenantId, gpuClass, fenPerGpuHour, selfPay },
          holdTarget: firstHold(job, this.settings),
        };
      });
      const unfunded = await this.funding.openAll(tx, openings, instantOf(now));
      const admitted = new Map(fundable.filter(({ job }) => !unfunded.has(nextAdmission(job))).map((each) => [each.job.id, each]));
      const transitionOf = (job: Job): Transition => {
        const data = { placement: admitted.get(job.id)?.placement, fenPerGpuHour: (prices.get(job.gpuClass) ?? 0n).toString() };
        return { kind: 'admitted', at: now, placement: admitted.get(job.id)?.placement ?? [], data };
      };
      const applied = await this.jobs.applyAll(tx, [...admitted.keys()], transitionOf, CONTROLLER);
      invariant(applied.length === admitted.size, 'every hold belongs to an admitted job');
      const refused = new Map(inadmissible);
      for (const { job } of fundable) {
        const refusal = unfunded.get(nextAdmission(job));
        if (refusal !== undefined) refused.set(job.id, { reason: 'funds', detail: refusal.detail });
      }
      return { admitted: [...admitted.values()], refused };
    });
    for (const { job } of admitted) this.#log.log(`${job.id} (${job.name}) is admitted`);
    return refused;
  }

  /** The price of each class at `now`; it stays with the admission (rule M6). */
  async #prices(tx: Tx, batch: readonly Admitting[], now: Date): Promise<Map<string, Fen>> {
    const prices = new Map<string, Fen>();
    for (const gpuClass of new Set(batch.map(({ job }) => job.gpuClass)))
      prices.set(gpuClass, await this.catalog.priceAt(tx, gpuClass, now));
    return prices;
  }

  async #explain(term: LeaderTerm, decisions: readonly Decision[]): Promise<void> {
    const waits = decisions.filter((decision) => decision.verdict === 'wait');
    if (waits.length === 0) return;
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const waiting = waits.map(({ jobId, reason, detail, expectedStart, jobsAhead }) => ({
        ...{ jobId, reason, detail, expectedStart: expectedStart === undefined ? null : formatInstant(expectedStart) },
        jobsAhead: jobsAhead ?? null,
      }));
      await this.jobs.explainWaiting(tx, waiting);
    });
  }

  /** Returns jobs to the queue that ran out of funds, asked to be resumed, and could hold enough to start again (rule F6). */
  async #resumeFunded(term: LeaderTerm): Promise<void> {
    const suspended = await this.jobs.inStates(this.transactions.reader, ['Suspended']);
    const now = this.clock.now();
    const { failed } = await inIsolatedBatches(suspended.filter(resumesWhenFunded), 1, async ([job]) => {
      if (job !== undefined && (await this.#isFunded(job, now))) await this.#resume(term, job);
    });
    for (const { item, error } of failed) this.#log.error(`${item.id} (${item.name}) cannot be resumed: ${String(error)}`);
  }

  /** Whether a suspended job could hold enough to start again. */
  async #isFunded(job: Job, now: Date): Promise<boolean> {
    const fenPerGpuHour = await this.catalog.priceAt(this.transactions.reader, job.gpuClass, now);
    const { tenantId, gpuClass, selfPay } = job;
    const request = { tenantId, gpuClass, selfPay, fenPerGpuHour, gpuSeconds: targetGpuSeconds(firstHold(job, this.settings)) };
    return (await this.quotes.quote(this.transactions.reader, request, instantOf(now))).uncoveredGpuSeconds === 0n;
  }

  /** Leaves out a job that was cancelled meanwhile. */
  async #resume(term: LeaderTerm, { id }: Job): Promise<void> {
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const resumed = (job: Job): Transition | undefined =>
        canApply(conditionOf(job), 'resumed') ? { kind: 'resumed', reason: 'funded again' } : undefined;
      await this.jobs.applyAll(tx, [id], resumed, CONTROLLER);
    });
  }
}

/** The jobs that must not start now, and why. */
function inadmissibleJobs(
  jobs: readonly PlaceableJob[],
  companies: ReadonlyMap<string, Company>,
  now: Instant,
): Map<string, InadmissibleReason> {
  return new Map(
    jobs.flatMap((job): [string, InadmissibleReason][] => {
      const reason = inadmissibleReason(job, companies.get(job.tenantId), now);
      return reason === undefined ? [] : [[job.id, reason]];
    }),
  );
}

/** The id of the admission that a queued job waits for. */
function nextAdmission({ id, attempt }: PlaceableJob): string {
  return admissionId({ id, attempt: attempt + 1 });
}
