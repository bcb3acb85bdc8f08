import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { ClusterService, type PodObservation } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { NO_HOLD } from '#funding';
import { Clock, DomainError, instantOf, takeTurns } from '#kernel';
import { admissionId, type AttemptStep, failsKubernetesJob, isOver, type Job, JobsService, settlingTransition } from '#jobs';
import { MeteringService } from '#metering';
import { ControllerSettings } from '../controller-settings.ts';
import { Placements } from '../placements.ts';
import { timing } from '../schedules/timing.ts';
import { Backoff } from './backoff.ts';
import { ClusterCalls, type CallSubject } from './cluster-calls.ts';

const CONTROLLER = systemActor('controller');
/** Attempts settled in one transaction. */
const BATCH = 500;

/** An attempt that is over, and the step that settles it. */
export interface EndedAttempt {
  readonly job: Job;
  readonly step: AttemptStep & { readonly do: 'settle' };
  /** Its pods as they were observed and recorded when the step was decided. */
  readonly pods: readonly PodObservation[];
}

/** Settles attempts whose pods have all ended: many in one transaction, and each in its own where that fails. */
@Injectable()
export class Settlements {
  readonly #log = new Logger('workloads');
  /** Attempts whose own settlement failed. */
  readonly #backoff = new Backoff();

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly jobs: JobsService,
    private readonly metering: MeteringService,
    private readonly placements: Placements,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns the jobs whose attempts are settled now */
  async settle(term: LeaderTerm, endings: readonly EndedAttempt[]): Promise<Job[]> {
    const now = this.clock.now().getTime();
    const proven = await this.#proven(
      term,
      endings.filter(({ job }) => this.#backoff.isDue(admissionId(job), now)),
    );
    const inTurns = takeTurns(proven, ({ job }) => job.tenantId);
    const { results, failed } = await inIsolatedBatches(inTurns, BATCH, (batch) => this.#charge(term, batch));
    for (const { item, error } of failed) {
      // The job has changed meanwhile, so its end is another one now. The next turn decides on it.
      if (error instanceof DomainError && error.code === 'job.transition-refused') continue;
      const seconds = this.#backoff.failed(admissionId(item.job), now, true);
      this.#log.error(
        `${admissionId(item.job)} cannot be settled and keeps its holds; the next attempt is in ${seconds} s: ${String(error)}`,
      );
    }
    const settled = results.flat().map(({ job }) => job);
    for (const job of settled) this.#backoff.succeeded(admissionId(job));
    return settled;
  }

  /**
   * Those that are certainly over. A settled attempt is never charged again, but the observation may be late: a pod may have begun that
   * was not reported yet. So the Kubernetes Job is deleted first, and then the cluster is asked for pods that were not observed. A
   * success needs no such proof, because all its pods have ended well.
   */
  async #proven(term: LeaderTerm, endings: readonly EndedAttempt[]): Promise<EndedAttempt[]> {
    const doubtful = endings.filter(({ step }) => step.end.event !== 'succeeded');
    const toStop = doubtful.filter(({ step }) => !failsKubernetesJob(step.end)).map(({ job }) => job);
    const { done: stopped } = await this.calls.forEach(term, 'stop', await this.placements.of(toStop), ofEnding, ({ job, workload }) =>
      this.cluster.jobs.delete(workload, job.graceSeconds),
    );
    const startsNothing = new Set(stopped.map(({ job }) => job.id));
    const proven = new Set(endings.filter(({ step }) => step.end.event === 'succeeded'));
    await this.calls.forEach(term, 'list', doubtful, ofEnding, async (ending) => {
      const { job, step, pods } = ending;
      if (!failsKubernetesJob(step.end) && !startsNothing.has(job.id)) return;
      const observed = new Set(pods.map((pod) => pod.uid));
      const givenUp = new Set(step.givenUp);
      const present = await this.cluster.pods.list({ jobId: job.id, attempt: job.attempt });
      if (present.every((pod) => observed.has(pod.uid) && (isOver(pod) || givenUp.has(pod.uid)))) proven.add(ending);
    });
    return endings.filter((ending) => proven.has(ending));
  }

  /**
   * Posts the final charges, releases the holds and ends the attempts in one transaction, so that nobody ever sees one of these without
   * the others. The number of statements does not grow with the number of attempts.
   *
   * An attempt with a pod that is metered as running, although the cluster does not show the pod any more, waits for a later turn: the
   * pod may have been gone for long (rule M3), and a settled attempt is never credited back.
   */
  async #charge(term: LeaderTerm, endings: readonly EndedAttempt[]): Promise<EndedAttempt[]> {
    const timed = timing('charges');
    const charged = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const ids = endings.map(({ job }) => admissionId(job));
      const now = instantOf(this.clock.now());
      await this.metering.recordLost(
        tx,
        endings.flatMap(({ step }) => step.givenUp),
        now,
      );
      const { over = [], open = [] } = Object.groupBy(await this.metering.open(tx, ids), ({ intervals }) =>
        intervals.some(({ end }) => end === undefined) ? 'open' : 'over',
      );
      const unsettled = new Set(open.map((admission) => admission.admissionId));
      const settled = new Map(endings.filter(({ job }) => !unsettled.has(admissionId(job))).map((ending) => [ending.job.id, ending]));
      const results = await this.metering.tick(tx, over, () => ({ holdTarget: NO_HOLD, final: true }), now);
      const gpuSeconds = new Map(results.map((result) => [result.jobId, result.gpuSeconds]));
      await this.jobs.applyAll(
        tx,
        [...settled.keys()],
        (job) => {
          const ending = settled.get(job.id);
          if (ending?.job.attempt !== job.attempt) return undefined;
          const { end, at } = ending.step;
          const attempt = { end, endedAt: at, gpuSeconds: gpuSeconds.get(job.id) ?? 0n };
          return settlingTransition(job, attempt, this.settings, instantOf(this.clock.now()));
        },
        CONTROLLER,
      );
      return [...settled.values()];
    });
    timed();
    return charged;
  }
}

function ofEnding({ job }: { readonly job: Job }): CallSubject {
  return { tenant: job.tenantId, object: admissionId(job) };
}
