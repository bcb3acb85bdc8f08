import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { ClusterService, type PodObservation } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { NO_HOLD } from '#funding';
import { Clock, DomainError, type GpuSeconds, instantOf, takeTurns, toDate } from '#kernel';
import {
  admissionId,
  type AttemptEnd,
  conditionOf,
  type Transition,
  type Job,
  JobsService,
  canApply,
  type Requeue,
  requeueAfter,
} from '#jobs';
import { MeteringService } from '#metering';
import { type AttemptStep, isOver } from '../domain/attempt.ts';
import { ControllerSettings } from '../controller-settings.ts';
import { Placements } from '../placements.ts';
import { Backoff } from './backoff.ts';
import { ClusterCalls, type CallSubject } from './cluster-calls.ts';

const CONTROLLER = systemActor('controller');
/** Attempts settled in one transaction. */
const BATCH = 500;

/** An attempt that is over: what becomes of its job. */
export interface Ending {
  readonly job: Job;
  readonly step: AttemptStep & { readonly do: 'settle' };
  /** Its pods as they were seen and recorded when that was decided. */
  readonly pods: readonly PodObservation[];
}

/** Settles attempts none of whose pods runs any more: many in a transaction, and one for each alone where that is refused. */
@Injectable()
export class Settlements {
  readonly #log = new Logger('workloads');
  /** Attempts whose settlement failed for a reason of their own. */
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
  async settle(term: LeaderTerm, endings: readonly Ending[]): Promise<Job[]> {
    const now = this.clock.now().getTime();
    const proven = await this.#proven(
      term,
      endings.filter(({ job }) => this.#backoff.isDue(admissionId(job), now)),
    );
    const inTurns = takeTurns(proven, ({ job }) => job.tenantId);
    const { results, failed } = await inIsolatedBatches(inTurns, BATCH, (batch) => this.#charge(term, batch));
    for (const { item, error } of failed) {
      // A job that something else happened to meanwhile has another end than was decided: it is left to the next turn.
      if (error instanceof DomainError && error.code === 'job.transition-refused') continue;
      const seconds = this.#backoff.failed(admissionId(item.job), now, true);
      this.#log.error(`${admissionId(item.job)} cannot be settled, its holds stand; tried again after ${seconds} s: ${String(error)}`);
    }
    const settled = results.flat().map(({ job }) => job);
    for (const job of settled) this.#backoff.succeeded(admissionId(job));
    return settled;
  }

  /**
   * Those that are over beyond doubt. What is settled is never charged again, and what was seen may lag behind: a pod may have begun
   * that nobody has told of. So nothing of an attempt may start any more, and the cluster itself is asked whether there are pods
   * that were not seen. A success needs no proof: all its pods have ended well.
   */
  async #proven(term: LeaderTerm, endings: readonly Ending[]): Promise<Ending[]> {
    const doubtful = endings.filter(({ step }) => step.end.event !== 'succeeded');
    const toStop = doubtful.filter(({ step }) => !endedByItself(step.end)).map(({ job }) => job);
    const { done: stopped } = await this.calls.forEach(term, 'stop', await this.placements.of(toStop), ofEnding, ({ job, workload }) =>
      this.cluster.deleteJob(workload, job.graceSeconds),
    );
    const startsNothing = new Set(stopped.map(({ job }) => job.id));
    const proven = new Set(endings.filter(({ step }) => step.end.event === 'succeeded'));
    await this.calls.forEach(term, 'list', doubtful, ofEnding, async (ending) => {
      const { job, step, pods } = ending;
      if (!endedByItself(step.end) && !startsNothing.has(job.id)) return;
      const seen = new Set(pods.map((pod) => pod.uid));
      const givenUp = new Set(step.givenUp);
      const present = await this.cluster.listPods({ jobId: job.id, attempt: job.attempt });
      if (present.every((pod) => seen.has(pod.uid) && (isOver(pod) || givenUp.has(pod.uid)))) proven.add(ending);
    });
    return endings.filter((ending) => proven.has(ending));
  }

  /**
   * Final charges, release of the holds and the ends of the attempts in one transaction: none of them is ever seen without the
   * others, and all in a constant number of statements.
   *
   * An attempt with a pod that is metered as running though it is not seen any more is left to a later turn: the pod may turn out to
   * have vanished long ago (rule M3), and what is settled is never credited back.
   */
  async #charge(term: LeaderTerm, endings: readonly Ending[]): Promise<Ending[]> {
    return await this.transactions.run(async (tx) => {
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
          const requeue = requeueAfter(ending.step.end, job.requeue, this.settings, instantOf(this.clock.now()));
          return endOf(job, ending, gpuSeconds.get(job.id) ?? 0n, requeue);
        },
        CONTROLLER,
      );
      return [...settled.values()];
    });
  }
}

/** Whether the Kubernetes Job has failed with its program, and so makes no pod any more; what cannot start may be tried again by it. */
function endedByItself({ cause, event }: AttemptEnd): boolean {
  return event === 'failed' && cause === 'user';
}

function ofEnding({ job }: { readonly job: Job }): CallSubject {
  return { tenant: job.tenantId, object: admissionId(job) };
}

/** A cancellation that came after the step was decided still decides what the end is called. */
function endOf(job: Job, { step }: Ending, gpuSeconds: GpuSeconds, requeue: Requeue | undefined): Transition {
  const condition = conditionOf(job);
  const kind = condition.cancelRequested && canApply(condition, 'cancelled') ? 'cancelled' : step.end.event;
  const { cause, exit } = step.end;
  const data = { gpuSeconds: gpuSeconds.toString(), cause, detail: exit.detail };
  return {
    kind,
    at: toDate(step.at),
    exit,
    reason: exit.reason,
    data,
    ...(kind === 'rolled-back' && requeue !== undefined && { requeue }),
  };
}
