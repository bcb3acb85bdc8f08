import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { Catalog } from '#catalog';
import { Cluster } from '#cluster';
import { type Lead, Transactions } from '#database';
import { Funding, Quotes } from '#funding';
import { Clock, DomainError, formatInstant, type Instant, instantOf } from '#kernel';
import { admissionId, type Job, Jobs, JobSettings, replicaShape, totalGpus } from '#jobs';
import { cycle, type Decision, type QueuedJob, type Snapshot, type Start } from '#scheduling';
import { Companies } from '#tenancy';
import { ControllerSettings } from '../controller-settings.ts';
import { PodCache } from '../pod-cache.ts';
import { Sharing } from '../sharing.ts';

const CONTROLLER = systemActor('controller');
/** Why a job that ran out of funds was stopped; what is resumed by itself. */
export const FUNDS_EXHAUSTED = 'funds exhausted';
/** Cycles in one turn: one more for each job whose funds turned out not to be there. */
const MOST_CYCLES = 20;

type Obstacle = NonNullable<QueuedJob['obstacle']>;

/** Starts what fits and is funded, and tells every other job why it waits (rules S1–S7, F5). */
@Injectable()
export class AdmissionLoop {
  readonly #log = new Logger('admission');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly companies: Companies,
    private readonly catalog: Catalog,
    private readonly funding: Funding,
    private readonly quotes: Quotes,
    private readonly cluster: Cluster,
    private readonly pods: PodCache,
    private readonly sharing: Sharing,
    private readonly jobSettings: JobSettings,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  async turn(lead: Lead): Promise<undefined> {
    if (!this.pods.synced) return undefined;
    await this.#resumeFunded(lead);
    const queue = await this.jobs.queue(this.transactions.reader);
    if (queue.length === 0) return undefined;
    const obstacles = await this.#pausedTenants(queue);
    const started = new Set<string>();
    for (let round = 0; round < MOST_CYCLES; round += 1) {
      const waiting = queue.filter((job) => !started.has(job.id));
      const decisions = await this.#decide(waiting, obstacles);
      const starts = decisions.filter((decision) => decision.verdict === 'start');
      const refused = await this.#startAll(lead, waiting, starts, started);
      for (const [jobId, obstacle] of refused) obstacles.set(jobId, obstacle);
      if (refused.size === 0) {
        await this.#explain(lead, decisions);
        break;
      }
    }
    return undefined;
  }

  async #decide(queue: readonly Job[], obstacles: ReadonlyMap<string, Obstacle>): Promise<Decision[]> {
    const now = instantOf(this.clock.now());
    const waiting = queue.map((job): QueuedJob => {
      const obstacle = obstacles.get(job.id);
      const { id, tenantId, priority, gpuClass, replicas } = job;
      return {
        ...{ id, tenantId, priority, gpuClass, replicas, replica: replicaShape(job.spec, this.jobSettings) },
        ...{ queuedAt: instantOf(job.queuedAt), longestSeconds: job.maxRuntimeSeconds + job.graceSeconds },
        ...(obstacle !== undefined && { obstacle }),
      };
    });
    return cycle(waiting, await this.#snapshot(now), await this.sharing.usage(now), await this.sharing.policy(), now);
  }

  async #snapshot(now: Instant): Promise<Snapshot> {
    const tx = this.transactions.reader;
    const active = await this.jobs.active(tx);
    const [classes, placements] = [
      await this.catalog.classes(tx),
      await this.jobs.placements(
        tx,
        active.map((job) => job.id),
      ),
    ];
    return {
      nodes: await this.cluster.capacity(classes),
      pods: this.cluster.boundPods(this.pods.all()),
      gangs: active.map((job) => ({
        admissionId: admissionId(job),
        tenantId: job.tenantId,
        gpuClass: job.gpuClass,
        replica: replicaShape(job.spec, this.jobSettings),
        placement: placements.get(job.id) ?? [],
        endsBy: (job.startedAt === null ? now : instantOf(job.startedAt)) + job.maxRuntimeSeconds + job.graceSeconds,
      })),
    };
  }

  /** @returns the jobs that could not be held for, with what to tell them */
  async #startAll(lead: Lead, queue: readonly Job[], starts: readonly Start[], started: Set<string>): Promise<Map<string, Obstacle>> {
    const refused = new Map<string, Obstacle>();
    for (const { jobId, placement } of starts) {
      const job = queue.find((candidate) => candidate.id === jobId);
      if (job === undefined) continue;
      try {
        await this.#admit(lead, job, placement);
        started.add(jobId);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (error.code === 'funds.insufficient') refused.set(jobId, { reason: 'funds', detail: error.detail });
        // Suspended or graduated between the cycle and here.
        else if (error.code.startsWith('company.')) refused.set(jobId, { reason: 'paused tenant', detail: error.detail });
        // Cancelled between the cycle and here: it is no longer in the queue.
        else if (error.code === 'job.transition-refused') started.add(jobId);
        else throw error;
      }
    }
    return refused;
  }

  /** Hold and admission in one transaction: no job is admitted unfunded, no hold stands without its job (rule F5). */
  async #admit(lead: Lead, job: Job, placement: readonly string[]): Promise<void> {
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      const now = this.clock.now();
      const { tenantId, gpuClass, selfPay } = job;
      const fenPerGpuHour = await this.catalog.priceAt(tx, gpuClass, now);
      const next = { id: job.id, attempt: job.attempt + 1 };
      const request = { id: admissionId(next), jobId: job.id, tenantId, gpuClass, fenPerGpuHour, selfPay };
      await this.funding.open(tx, request, this.#firstHold(job), instantOf(now));
      // Its lock is taken, so this standing lasts until the commit: a suspended company gets no new hold.
      await this.companies.requireActive(tx, tenantId);
      const data = { placement, fenPerGpuHour: fenPerGpuHour.toString() };
      await this.jobs.apply(tx, job.id, { kind: 'admitted', at: now, placement, data }, CONTROLLER);
    });
    this.#log.log(`${job.id} (${job.name}) is admitted`);
  }

  #firstHold(job: Job): { gpus: bigint; seconds: bigint } {
    const seconds = Math.min(job.maxRuntimeSeconds, this.settings.holdHorizonSeconds) + this.settings.stopSeconds(job);
    return { gpus: BigInt(totalGpus(job)), seconds: BigInt(seconds) };
  }

  async #pausedTenants(queue: readonly Job[]): Promise<Map<string, Obstacle>> {
    const obstacles = new Map<string, Obstacle>();
    for (const [tenantId, own] of Map.groupBy(queue, (job) => job.tenantId)) {
      const { name, status } = await this.companies.get(this.transactions.reader, tenantId);
      if (status === 'active') continue;
      for (const job of own) obstacles.set(job.id, { reason: 'paused tenant', detail: `${name} is ${status}.` });
    }
    return obstacles;
  }

  async #explain(lead: Lead, decisions: readonly Decision[]): Promise<void> {
    const waits = decisions.filter((decision) => decision.verdict === 'wait');
    if (waits.length === 0) return;
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      const told = waits.map(({ jobId, reason, detail, expectedStart }) => ({
        ...{ jobId, reason, detail, expectedStart: expectedStart === undefined ? null : formatInstant(expectedStart) },
      }));
      await this.jobs.explainWaiting(tx, told);
    });
  }

  /** Puts jobs back in the queue that ran out of funds, asked for it, and could hold enough to start again (rule F6). */
  async #resumeFunded(lead: Lead): Promise<void> {
    const suspended = await this.jobs.inStates(this.transactions.reader, ['Suspended']);
    const now = this.clock.now();
    for (const job of suspended) {
      if (job.stopReason !== FUNDS_EXHAUSTED || job.spec.checkpoint.resume !== 'auto' || job.cancelRequestedAt !== null) continue;
      const { gpus, seconds } = this.#firstHold(job);
      const fenPerGpuHour = await this.catalog.priceAt(this.transactions.reader, job.gpuClass, now);
      const { tenantId, gpuClass, selfPay } = job;
      const request = { tenantId, gpuClass, selfPay, fenPerGpuHour, gpuSeconds: gpus * seconds };
      const quote = await this.quotes.quote(this.transactions.reader, request, instantOf(now));
      if (quote.uncoveredGpuSeconds > 0n) continue;
      await this.transactions.run(async (tx) => {
        await lead.fence(tx);
        await this.jobs.apply(tx, job.id, { kind: 'resumed', reason: 'funded again' }, CONTROLLER);
      });
    }
  }
}
