import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { Cluster, type PodObservation } from '#cluster';
import { type Lead, Transactions } from '#database';
import { Clock, DomainError, type Instant, instantOf, toDate } from '#kernel';
import { admissionId, isActive, type Job, Jobs, mayHappen } from '#jobs';
import { Metering } from '#metering';
import { ControllerSettings } from '../controller-settings.ts';
import { type AttemptStep, nextStep } from '../domain/attempt.ts';
import { PodCache } from '../pod-cache.ts';
import { Placements } from '../placements.ts';

const CONTROLLER = systemActor('controller');
/** Sightings written by one statement. */
const BATCH = 2_000;

/**
 * Reconciles the cluster to the jobs that are to run (rule J2), and records what became of their pods before they may go
 * (rules M2, M3). Level-triggered: each turn looks at everything again, so any step may fail and be repeated.
 */
@Injectable()
export class WorkloadsLoop {
  readonly #log = new Logger('workloads');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: Cluster,
    private readonly jobs: Jobs,
    private readonly metering: Metering,
    private readonly pods: PodCache,
    private readonly placements: Placements,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  async turn(lead: Lead): Promise<undefined> {
    if (!this.pods.synced) return undefined;
    const lost = await this.#recordPods(lead);
    const pods = this.pods.byAdmission();
    const now = instantOf(this.clock.now());
    for (const job of await this.jobs.active(this.transactions.reader)) {
      const own = pods.get(admissionId(job)) ?? [];
      const step = nextStep(job, own, lost.get(admissionId(job)) ?? 0, this.settings, now);
      await this.#carryOut(lead, job, own, step);
    }
    await this.#removeOrphans();
  }

  /**
   * Records every pod that changed and every pod that vanished, then lets the ended ones go.
   * @returns how many pods each open admission has lost without an end
   */
  async #recordPods(lead: Lead): Promise<Map<string, number>> {
    const changed = this.pods.takeChanged();
    try {
      for (let from = 0; from < changed.length; from += BATCH) await this.#record(lead, changed.slice(from, from + BATCH));
    } catch (error) {
      this.pods.putBack(changed);
      throw error;
    }
    const vanished = (await this.metering.openPods(this.transactions.reader)).filter((pod) => this.pods.isLost(pod.podUid));
    if (vanished.length > 0) {
      await this.transactions.run(async (tx) => {
        await lead.fence(tx);
        await this.metering.recordVanished(
          tx,
          vanished.map((pod) => pod.podUid),
        );
      });
      this.#log.warn(`${vanished.length} pods vanished without a recorded end; they end when they were last seen (M3)`);
    }
    for (const pod of this.pods.all()) if (pod.hasFinalizer && this.pods.isLost(pod.uid)) await this.cluster.removeMeteringFinalizer(pod);
    return await this.metering.lostPods(this.transactions.reader);
  }

  async #record(lead: Lead, changed: readonly PodObservation[]): Promise<void> {
    const jobs = await this.#jobsOf(changed);
    const sightings = changed.flatMap((pod) => {
      const job = jobs.get(pod.jobId);
      return (job === undefined ? undefined : this.pods.sightingOf(pod, job.tenantId)) ?? [];
    });
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      await this.metering.observe(tx, sightings);
    });
    const done = changed.filter((pod) => pod.hasFinalizer && (pod.endedAt !== undefined || neverRan(pod)));
    for (const pod of done) await this.cluster.removeMeteringFinalizer(pod);
  }

  async #carryOut(lead: Lead, job: Job, pods: readonly PodObservation[], step: AttemptStep): Promise<void> {
    try {
      switch (step.do) {
        case 'none':
          return;
        case 'create':
          await this.#create(lead, job);
          return;
        case 'mark-started':
          await this.#happen(lead, job, { kind: 'started', at: toDate(step.at) });
          return;
        case 'stop-pods':
          await this.cluster.deleteJob(await this.placements.of(job), step.graceSeconds);
          return;
        case 'settle':
          await this.#settle(lead, job, pods, step);
          return;
      }
    } catch (error) {
      if (error instanceof DomainError && error.code === 'job.transition-refused') return;
      throw error;
    }
  }

  async #create(lead: Lead, job: Job): Promise<void> {
    const placement = await this.placements.of(job);
    await this.cluster.ensureTenant(placement.tenant);
    await this.cluster.ensureJob(placement);
    if (job.state === 'Admitted') await this.#happen(lead, job, { kind: 'created' });
  }

  async #happen(lead: Lead, job: Job, happening: Parameters<Jobs['apply']>[2]): Promise<void> {
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      await this.jobs.apply(tx, job.id, happening, CONTROLLER);
    });
  }

  /** Final charge, release of the holds and the end of the attempt in one transaction: none of them is ever seen alone. */
  async #settle(lead: Lead, job: Job, pods: readonly PodObservation[], step: AttemptStep & { do: 'settle' }): Promise<void> {
    const now: Instant = instantOf(this.clock.now());
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      // The step was decided on these very pods: an end that came after the last recording must not be charged past.
      await this.metering.observe(
        tx,
        pods.flatMap((pod) => this.pods.sightingOf(pod, job.tenantId) ?? []),
      );
      const open = await this.metering.open(tx, [admissionId(job)]);
      const results = await this.metering.tick(tx, open, () => ({ ahead: { gpus: 0n, seconds: 0n }, final: true }), now);
      const locked = await this.jobs.lock(tx, job.id);
      if (locked === undefined || locked.attempt !== job.attempt) return;
      const condition = { state: locked.state, attempt: locked.attempt, cancelRequested: locked.cancelRequestedAt !== null };
      const kind = condition.cancelRequested && mayHappen(condition, 'cancelled') ? 'cancelled' : step.event;
      const data = { gpuSeconds: (results[0]?.gpuSeconds ?? 0n).toString() };
      await this.jobs.apply(tx, job.id, { kind, at: toDate(step.at), exit: step.exit, reason: step.exit.reason, data }, CONTROLLER);
    });
    if (step.event !== 'succeeded' && step.event !== 'failed') await this.cluster.deleteJob(await this.placements.of(job), 0);
    for (const pod of pods) if (pod.hasFinalizer) await this.cluster.removeMeteringFinalizer(pod);
  }

  async #jobsOf(pods: readonly PodObservation[]): Promise<Map<string, Job>> {
    const jobs = await this.jobs.many(this.transactions.reader, [...new Set(pods.map((pod) => pod.jobId))]);
    return new Map(jobs.map((job) => [job.id, job]));
  }

  /** Ends pods of attempts that are not to run: of a job that ended, was rolled back, or is not known here. */
  async #removeOrphans(): Promise<void> {
    const pods = this.pods.all();
    const jobs = await this.#jobsOf(pods);
    for (const pod of pods) {
      const job = jobs.get(pod.jobId);
      const current = job !== undefined && pod.attempt === job.attempt && (isActive(job.state) || pod.endedAt !== undefined);
      if (current) continue;
      if (!pod.deleting) await this.cluster.deletePods(pod);
      else if (pod.hasFinalizer && (pod.endedAt !== undefined || neverRan(pod))) await this.cluster.removeMeteringFinalizer(pod);
    }
  }
}

/** A pod on its way out whose main container never began has nothing to be metered. */
function neverRan(pod: PodObservation): boolean {
  return pod.startedAt === undefined && (pod.deleting || pod.phase === 'Failed' || pod.phase === 'Succeeded');
}
