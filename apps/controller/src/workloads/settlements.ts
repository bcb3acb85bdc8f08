import { Injectable } from '@nestjs/common';
import { systemActor } from '#audit';
import { Cluster, type PodObservation } from '#cluster';
import { type Lead, Transactions } from '#database';
import { Clock, DomainError, type GpuSeconds, instantOf, toDate } from '#kernel';
import { admissionId, conditionOf, type Happening, type Job, Jobs, mayHappen } from '#jobs';
import { Metering } from '#metering';
import { type AttemptStep, isOver } from '../domain/attempt.ts';
import { Placements } from '../placements.ts';
import { forEachAtOnce } from './cluster-calls.ts';

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
  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: Cluster,
    private readonly jobs: Jobs,
    private readonly metering: Metering,
    private readonly placements: Placements,
    private readonly clock: Clock,
  ) {}

  /** @returns the jobs whose attempts are settled now */
  async settle(lead: Lead, endings: readonly Ending[]): Promise<Job[]> {
    const proven = await this.#proven(lead, endings);
    const settled: Ending[] = [];
    for (let from = 0; from < proven.length; from += BATCH)
      settled.push(...(await this.#settleBatch(lead, proven.slice(from, from + BATCH))));
    return settled.map(({ job }) => job);
  }

  /**
   * Those that are over beyond doubt. What is settled is never charged again, and what was seen may lag behind: a pod may have begun
   * that nobody has told of. So nothing of an attempt may start any more, and the cluster itself is asked whether there are pods
   * that were not seen. A success needs no proof: all its pods have ended well.
   */
  async #proven(lead: Lead, endings: readonly Ending[]): Promise<Ending[]> {
    const doubtful = endings.filter(({ step }) => step.end.event !== 'succeeded');
    const toStop = doubtful.filter(({ step }) => step.end.event !== 'failed').map(({ job }) => job);
    const stopped = await forEachAtOnce(lead, await this.placements.of(toStop), ({ job, workload }) =>
      this.cluster.deleteJob(workload, job.graceSeconds),
    );
    const startsNothing = new Set(stopped.map(({ job }) => job.id));
    const proven = new Set(endings.filter(({ step }) => step.end.event === 'succeeded'));
    await forEachAtOnce(lead, doubtful, async (ending) => {
      const { job, step, pods } = ending;
      if (step.end.event !== 'failed' && !startsNothing.has(job.id)) return;
      const seen = new Set(pods.map((pod) => pod.uid));
      const givenUp = new Set(step.givenUp);
      const present = await this.cluster.listPods({ jobId: job.id, attempt: job.attempt });
      if (present.every((pod) => seen.has(pod.uid) && (isOver(pod) || givenUp.has(pod.uid)))) proven.add(ending);
    });
    return endings.filter((ending) => proven.has(ending));
  }

  /** A job that something else happened to meanwhile has another end than was decided: it is left to the next turn. */
  async #settleBatch(lead: Lead, endings: readonly Ending[]): Promise<Ending[]> {
    try {
      return await this.#charge(lead, endings);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'job.transition-refused') throw error;
      if (endings.length === 1) return [];
    }
    const settled: Ending[] = [];
    for (const ending of endings) settled.push(...(await this.#settleBatch(lead, [ending])));
    return settled;
  }

  /**
   * Final charges, release of the holds and the ends of the attempts in one transaction: none of them is ever seen without the
   * others, and all in a constant number of statements.
   *
   * An attempt with a pod that is metered as running though it is not seen any more is left to a later turn: the pod may turn out to
   * have vanished long ago (rule M3), and what is settled is never credited back.
   */
  async #charge(lead: Lead, endings: readonly Ending[]): Promise<Ending[]> {
    return await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      const ids = endings.map(({ job }) => admissionId(job));
      const now = instantOf(this.clock.now());
      await this.metering.recordVanished(
        tx,
        endings.flatMap(({ step }) => step.givenUp),
        now,
      );
      const { over = [], open = [] } = Object.groupBy(await this.metering.open(tx, ids), ({ intervals }) =>
        intervals.some(({ end }) => end === undefined) ? 'open' : 'over',
      );
      const unsettled = new Set(open.map((admission) => admission.admissionId));
      const settled = new Map(endings.filter(({ job }) => !unsettled.has(admissionId(job))).map((ending) => [ending.job.id, ending]));
      const nothingAhead = { ahead: { gpus: 0n, seconds: 0n }, final: true };
      const results = await this.metering.tick(tx, over, () => nothingAhead, now);
      const gpuSeconds = new Map(results.map((result) => [result.jobId, result.gpuSeconds]));
      await this.jobs.applyAll(
        tx,
        [...settled.keys()],
        (job) => {
          const ending = settled.get(job.id);
          return ending?.job.attempt === job.attempt ? endOf(job, ending, gpuSeconds.get(job.id) ?? 0n) : undefined;
        },
        CONTROLLER,
      );
      return [...settled.values()];
    });
  }
}

/** A cancellation that came after the step was decided still decides what the end is called. */
function endOf(job: Job, { step }: Ending, gpuSeconds: GpuSeconds): Happening {
  const condition = conditionOf(job);
  const kind = condition.cancelRequested && mayHappen(condition, 'cancelled') ? 'cancelled' : step.end.event;
  const { cause, exit } = step.end;
  const data = { gpuSeconds: gpuSeconds.toString(), cause, detail: exit.detail };
  return { kind, at: toDate(step.at), exit, reason: exit.reason, data };
}
