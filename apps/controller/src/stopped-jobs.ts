import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { systemActor } from '#audit';
import { type LeaderTerm, Transactions } from '#database';
import { canApply, conditionOf, type Job, JobsService, PREEMPTED, RECLAIMED, type Transition } from '#jobs';
import { MetricsService } from '#monitoring';
import type { RunningJob, Stop } from '#scheduling';

const CONTROLLER = systemActor('controller');

/** The reason of a stop, by its kind. No company is named in it. */
const REASONS: Readonly<Record<Stop['kind'], string>> = { reclaimed: RECLAIMED, preempted: PREEMPTED };

/** Stops jobs gracefully for others: those that borrow the share of another (rule S2), and preemptible ones (rule S5). They return to the queue. */
@Injectable()
export class StoppedJobs {
  readonly #log = new Logger('admission');
  /** For which job each one is being stopped, as far as this process has decided it. */
  readonly #stopping = new Map<string, string>();
  readonly #stops: Counter<'reason'>;
  readonly #lostGpuSeconds: Counter<'reason'>;

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    metrics: MetricsService,
  ) {
    const of = { labelNames: ['reason'] as const, registers: [metrics.registry] };
    this.#stops = new Counter({
      name: 'speedspace_stops_for_others_total',
      help: 'Stops of jobs for other jobs that this process decided, by reason: preempted or reclaimed',
      ...of,
    });
    this.#lostGpuSeconds = new Counter({
      name: 'speedspace_stops_for_others_lost_gpu_seconds_total',
      help: 'GPU-seconds of these jobs since their last checkpoint mark or start: lost if nothing else was saved',
      ...of,
    });
    for (const reason of Object.values(REASONS)) for (const counter of [this.#stops, this.#lostGpuSeconds]) counter.inc({ reason }, 0);
  }

  /** The waiting jobs for which others are being stopped. @param active all jobs that have nodes */
  freedFor(active: readonly RunningJob[]): ReadonlySet<string> {
    const stopping = new Set(active.flatMap(({ job, isStopping }) => (isStopping ? [job.id] : [])));
    for (const id of [...this.#stopping.keys()]) if (!stopping.has(id)) this.#stopping.delete(id);
    return new Set(this.#stopping.values());
  }

  async stop(term: LeaderTerm, stops: readonly Stop[]): Promise<void> {
    if (stops.length === 0) return;
    const byId = new Map(stops.map((stop) => [stop.jobId, stop]));
    const requested = (job: Job): Transition | undefined => {
      const stop = byId.get(job.id);
      if (stop === undefined || !canApply(conditionOf(job), 'stop-requested')) return undefined;
      return { kind: 'stop-requested', reason: REASONS[stop.kind], data: { lostGpuSeconds: stop.lostGpuSeconds } };
    };
    const stopped = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.jobs.applyAll(tx, [...byId.keys()], requested, CONTROLLER);
    });
    for (const { jobId, forJobId, kind, lostGpuSeconds } of stopped.flatMap(({ id }) => byId.get(id) ?? [])) {
      const reason = REASONS[kind];
      this.#stopping.set(jobId, forJobId);
      this.#stops.inc({ reason });
      this.#lostGpuSeconds.inc({ reason }, lostGpuSeconds);
      this.#log.log(`${jobId} is ${reason} for ${forJobId}`);
    }
  }
}
