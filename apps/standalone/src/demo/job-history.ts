import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { FundingService, NO_HOLD, type Opening } from '#funding';
import { DomainError, type Instant, instantOf, toDate } from '#kernel';
import {
  admissionId,
  firstHold,
  type Job,
  JobSettings,
  JobsService,
  nextStep,
  parseJobFile,
  replicaShape,
  settlingTransition,
  type Transition,
} from '#jobs';
import { MeteringService, type PodReading, recordPodReports } from '#metering';
import { cycle, DEFAULT_POLICY, occupancySeconds, type Policy, type QueuedJob, type Start } from '#scheduling';
import { Charges, ControllerSettings, Sharing } from '../../../controller/src/index.ts';
import type { JobPlan } from './job-plans.ts';
import type { Office } from './office.ts';
import { endedPods, gpusOfPod, nodesOfTheCluster, type RunningAttempt, startDelay, startedPods } from './played-cluster.ts';

const CONTROLLER = systemActor('controller');
const DAY = 86_400;
/** Seconds from SIGTERM until a container has ended. */
const ENDS_AFTER = 1;
const NODES = nodesOfTheCluster();

interface Queued {
  readonly job: Job;
  readonly plan: JobPlan;
}

/**
 * The jobs of the past: submitted, scheduled, funded, metered and settled by the services that do it in the present, on the clock of the
 * office. Only the cluster is played: its pods start and end as the plans of the jobs say.
 */
export class JobHistory {
  #queue: Queued[] = [];
  #running: RunningAttempt[] = [];
  #usage: ReadonlyMap<string, number> = new Map();
  #policy: Policy = DEFAULT_POLICY;
  readonly #settings: ControllerSettings;

  constructor(
    private readonly office: Office,
    private readonly tenants: ReadonlyMap<string, string>,
  ) {
    this.#settings = office.get(ControllerSettings);
  }

  /** When something happens by itself next. */
  get nextAt(): Instant {
    return Math.min(...this.#running.map(({ endsAt, meterAt }) => Math.min(endsAt, meterAt ?? Number.POSITIVE_INFINITY)));
  }

  /** Goes on to `at`: submits `plans`, lets what is due until then end, and starts what fits. */
  async turn(tx: Tx, plans: readonly JobPlan[], at: Instant): Promise<void> {
    for (const plan of plans) await this.#submit(tx, plan);
    await this.#stopExhausted(tx, at);
    this.office.moveTo(at);
    await this.#endDue(tx);
    if (this.#queue.length > 0) await this.#admit(tx);
  }

  /** Charges all that runs. */
  async charge(tx: Tx): Promise<void> {
    await this.#record(
      tx,
      this.#running.filter(({ isRecorded }) => !isRecorded),
    );
    this.#running = (await this.#charge(tx, this.#running)).map((attempt) => ({ ...attempt, isRecorded: true }));
  }

  /** Reads the limits and the usage that the scheduler goes by anew. */
  async refresh(): Promise<void> {
    const sharing = this.office.get(Sharing);
    this.#policy = await sharing.policy();
    this.#usage = await sharing.usage(this.office.now);
  }

  /** Has everything cancelled that has not ended. */
  async cancelAll(tx: Tx): Promise<void> {
    const jobs = this.office.get(JobsService);
    for (const { job, plan } of this.#queue) await jobs.cancel(tx, this.#engineer(plan), job.id);
    this.#queue = [];
    this.#running = this.#running.map((attempt) => {
      return { ...attempt, endsAt: this.office.now, plan: { ...attempt.plan, outcome: 'is-cancelled' as const } };
    });
    await this.#endDue(tx);
  }

  #engineer({ company }: JobPlan) {
    return this.office.person(`engineer@${company.slug}.example`);
  }

  /** A company without funds has its job refused, as in the present. */
  async #submit(tx: Tx, plan: JobPlan): Promise<void> {
    const tenantId = this.tenants.get(plan.company.slug) ?? '';
    this.office.moveTo(plan.submitAt);
    try {
      const job = await this.office.get(JobsService).submit(tx, this.#engineer(plan), tenantId, parseJobFile(jobFileOf(plan)));
      this.#queue.push({ job, plan });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  async #admit(tx: Tx): Promise<void> {
    const { office } = this;
    const jobSettings = office.get(JobSettings);
    const waiting = this.#queue.map(({ job }): QueuedJob => {
      const { id, tenantId, priority, gpuClass, replicas } = job;
      const placed = {
        replica: replicaShape(job.spec, jobSettings),
        queuedAt: instantOf(job.queuedAt),
        longestSeconds: occupancySeconds(job),
      };
      return { id, tenantId, priority, gpuClass, replicas, ...placed };
    });
    const gangs = this.#running.map(({ job }) => ({
      ...{ admissionId: admissionId(job), tenantId: job.tenantId, gpuClass: job.gpuClass, placement: job.placement ?? [] },
      ...{ replica: replicaShape(job.spec, jobSettings), endsBy: instantOf(job.startedAt ?? office.clock.now()) + occupancySeconds(job) },
    }));
    const decisions = cycle(waiting, { nodes: NODES, pods: [], gangs }, this.#usage, this.#policy, office.now);
    const starts = decisions.filter((decision) => decision.verdict === 'start');
    if (starts.length === 0) return;
    await this.#start(tx, await this.#open(tx, starts));
  }

  /** @returns those of `starts` whose funds are held */
  async #open(tx: Tx, starts: readonly Start[]): Promise<Start[]> {
    const { office } = this;
    const queued = new Map(this.#queue.map(({ job }) => [job.id, job]));
    const prices = await office.get(CatalogService).pricesAt(tx, office.clock.now());
    const openings = starts.flatMap(({ jobId }): Opening[] => {
      const job = queued.get(jobId);
      if (job === undefined) return [];
      const { tenantId, gpuClass, selfPay } = job;
      const request = { jobId, tenantId, gpuClass, selfPay, id: nextAdmission(job), fenPerGpuHour: prices.get(gpuClass) ?? 0n };
      return [{ request, holdTarget: firstHold(job, this.#settings) }];
    });
    const refused = await office.get(FundingService).openAll(tx, openings, office.now);
    const opened = new Set(openings.map(({ request }) => request).flatMap(({ id, jobId }) => (refused.has(id) ? [] : [jobId])));
    return starts.filter(({ jobId }) => opened.has(jobId));
  }

  async #start(tx: Tx, starts: readonly Start[]): Promise<void> {
    const { office } = this;
    if (starts.length === 0) return;
    const jobs = office.get(JobsService);
    const placements = new Map(starts.map(({ jobId, placement }) => [jobId, placement]));
    const plans = new Map(this.#queue.map(({ job, plan }) => [job.id, plan]));
    const ids = [...placements.keys()];
    const admittedAt = office.clock.now();
    const admission = ({ id }: Job): Transition => ({ kind: 'admitted', at: admittedAt, placement: placements.get(id) ?? [] });
    const admitted = await jobs.applyAll(tx, ids, admission, CONTROLLER);
    const startOf = (job: Job): Instant => instantOf(admittedAt) + startDelay(job);
    office.moveTo(Math.max(...admitted.map(startOf)));
    const started = await jobs.applyAll(tx, ids, (job) => ({ kind: 'started', at: toDate(startOf(job)) }), CONTROLLER);
    const attempts = started.map((job): RunningAttempt => {
      const plan = plans.get(job.id);
      if (plan === undefined) throw new Error(`${job.id} has no plan`);
      // A job that a failure of its node returned to the queue does the rest of its work.
      const again = job.attempt > 1;
      const seconds = plan.outcome === 'node-fails' && !again ? Math.ceil(plan.seconds / 2) : plan.seconds;
      const outcome = plan.outcome === 'node-fails' && again ? 'succeeds' : plan.outcome;
      return { job, plan: { ...plan, outcome }, pods: startedPods(job, startOf(job)), endsAt: startOf(job) + seconds, isRecorded: false };
    });
    this.#running.push(...attempts);
    // Whoever pays nothing itself may run out of its grant before the next midnight.
    if (attempts.some(({ plan }) => !plan.selfPay)) await this.charge(tx);
    this.#queue = this.#queue.filter(({ job }) => !placements.has(job.id));
  }

  /** What the cluster reports of the pods of `attempts`, for the meter and for reconciliation. */
  async #record(tx: Tx, attempts: readonly RunningAttempt[]): Promise<void> {
    const { now } = this.office;
    const readings = attempts.flatMap(({ job, pods }) =>
      pods.map(({ uid, startedAt = now, endedAt }): PodReading => {
        return { podUid: uid, admissionId: admissionId(job), gpus: gpusOfPod(job), startedAt, endedAt, seenAt: endedAt ?? now };
      }),
    );
    await recordPodReports(
      tx,
      readings.map((reading) => ({ ...reading, lost: false })),
      now,
    );
    await this.office.get(MeteringService).observe(tx, readings, now);
  }

  /** Charges `attempts`. @returns them, with when they are charged before the next midnight because their funds end, and when they end */
  async #charge(tx: Tx, attempts: readonly RunningAttempt[]): Promise<RunningAttempt[]> {
    if (attempts.length === 0) return [];
    const { office } = this;
    const ids = attempts.map(({ job }) => admissionId(job));
    const open = await office.get(MeteringService).open(tx, ids);
    // The next charge is a day away, so the forecast reaches beyond it.
    const lookAhead = Math.max(this.#settings.lookAheadSeconds, 2 * DAY);
    const { forecasts, stopped } = await office.get(Charges).charge(tx, open, lookAhead);
    const stopsAt = new Map(forecasts.map(({ job, exhaustion }) => [job.id, exhaustion?.stopAt]));
    const isStopped = new Set(stopped.map(({ id }) => id));
    return attempts.map(({ meterAt: _, ...attempt }) => {
      if (isStopped.has(attempt.job.id)) {
        return { ...attempt, plan: { ...attempt.plan, outcome: 'is-stopped' as const }, endsAt: office.now + ENDS_AFTER };
      }
      const stopAt = stopsAt.get(attempt.job.id);
      return { ...attempt, ...(stopAt !== undefined && { meterAt: Math.max(stopAt, office.now + 1) }) };
    });
  }

  /** Jobs are stopped to the second, as their funds end. */
  async #stopExhausted(tx: Tx, at: Instant): Promise<void> {
    const due = this.#running.filter(({ endsAt, meterAt }) => meterAt !== undefined && meterAt <= at && meterAt < endsAt);
    if (due.length === 0) return;
    this.office.moveTo(Math.min(...due.map(({ meterAt }) => meterAt ?? at)));
    const charged = new Map((await this.#charge(tx, due)).map((attempt) => [attempt.job.id, attempt]));
    this.#running = this.#running.map((attempt) => charged.get(attempt.job.id) ?? attempt);
  }

  /** Ends and settles the attempts whose time has come. */
  async #endDue(tx: Tx): Promise<void> {
    const { office } = this;
    const due = this.#running.filter(({ endsAt }) => endsAt <= office.now);
    if (due.length === 0) return;
    const jobs = office.get(JobsService);
    for (const { job, plan } of due) if (plan.outcome === 'is-cancelled') await jobs.cancel(tx, this.#engineer(plan), job.id);
    const ended = due.map((attempt) => {
      // Pods end after somebody has asked for it.
      const at = attempt.plan.outcome === 'is-cancelled' ? office.now : attempt.endsAt;
      return { ...attempt, pods: endedPods(attempt, attempt.plan.outcome, at) };
    });
    await this.#record(tx, ended);
    await this.#settle(tx, ended);
    this.#running = this.#running.filter((attempt) => !due.includes(attempt));
  }

  async #settle(tx: Tx, ended: readonly RunningAttempt[]): Promise<void> {
    const { office } = this;
    const [jobs, metering] = [office.get(JobsService), office.get(MeteringService)];
    const open = await metering.open(
      tx,
      ended.map(({ job }) => admissionId(job)),
    );
    const results = await metering.tick(tx, open, () => ({ holdTarget: NO_HOLD, final: true }), office.now);
    const gpuSeconds = new Map(results.map((result) => [result.jobId, result.gpuSeconds]));
    const attempts = new Map(ended.map((attempt) => [attempt.job.id, attempt]));
    const settled = await jobs.applyAll(
      tx,
      [...attempts.keys()],
      (job) => {
        const attempt = attempts.get(job.id);
        if (attempt === undefined) return undefined;
        const observed = { job, pods: attempt.pods, lostPods: 0, silentPods: new Set<string>(), startSigns: [] };
        const step = nextStep(observed, this.#settings, office.now);
        if (step.do !== 'settle') throw new Error(`${job.id} (${attempt.plan.outcome}) cannot be settled: ${step.do}`);
        const { end, at } = step;
        return settlingTransition(job, { end, endedAt: at, gpuSeconds: gpuSeconds.get(job.id) ?? 0n }, this.#settings, office.now);
      },
      CONTROLLER,
    );
    for (const job of settled) {
      const plan = attempts.get(job.id)?.plan;
      if (job.state === 'Queued' && plan !== undefined) this.#queue.push({ job, plan });
    }
  }
}

function nextAdmission({ id, attempt }: Job): string {
  return admissionId({ id, attempt: attempt + 1 });
}

function jobFileOf(plan: JobPlan): object {
  const { company, name, gpuClass, replicas, gpusPerReplica, maxRuntimeSeconds, priority, selfPay, grace, resume } = plan;
  return {
    ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name } },
    spec: {
      ...{ gpuClass, replicas, gpusPerReplica, priority, selfPay, image: `registry.park.example/${company.slug}/train:1.4` },
      ...{ command: commandOf(plan), maxRuntime: `${maxRuntimeSeconds}s`, checkpoint: { grace, resume } },
    },
  };
}

function commandOf({ name, replicas, gpusPerReplica }: JobPlan): string[] {
  const torchrun = ['torchrun', `--nnodes=${replicas}`, `--nproc-per-node=${gpusPerReplica}`, 'train.py'];
  return [...torchrun, '--config', `configs/${name.replace(/-\d+$/, '')}.yaml`];
}
