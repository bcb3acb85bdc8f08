import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClusterService, type OpenJob } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { JobsService, keepsPods } from '#jobs';
import { admissionIdOf, Clock } from '#kernel';
import { Leading } from '../schedules/leading.decorator.ts';
import { ClusterCalls } from '../workloads/cluster-calls.ts';

/**
 * Deletes our Kubernetes Jobs whose attempt is over: a leader that was paused created them late, or their deletion was lost. `PodReleases`
 * handles those that have pods; this loop also finds those that have none, for example because a quota is used up.
 */
@Injectable()
export class OrphansLoop {
  readonly #log = new Logger('orphans');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  @Interval(600_000)
  @Leading('orphans')
  async deleteOrphans(term: LeaderTerm): Promise<void> {
    const open = await this.cluster.jobs.open();
    // Read after the cluster, so that an attempt that was created in between is among them.
    const active = await this.jobs.activeAttempts(this.transactions.reader, this.clock.now());
    const wanted = new Set(active.map(admissionIdOf));
    const unwanted = open.filter((orphan) => !wanted.has(admissionIdOf(orphan)));
    if (unwanted.length === 0) return;
    const known = await this.jobs.many(this.transactions.reader, [...new Set(unwanted.map(({ jobId }) => jobId))]);
    const jobs = new Map(known.map((job) => [job.id, job]));
    // The cluster ends these by itself and keeps their pods for their logs.
    const orphans = unwanted.filter(({ jobId, attempt }) => !keepsPods(jobs.get(jobId), attempt));
    const subjectOf = (orphan: OpenJob) => ({
      tenant: orphan.namespace,
      object: admissionIdOf(orphan),
    });
    const { done: deleted } = await this.calls.forEach(term, 'delete', orphans, subjectOf, (orphan) =>
      this.cluster.jobs.deletePods(orphan),
    );
    if (deleted.length > 0) this.#log.warn(`deleted ${deleted.length} Kubernetes Jobs of attempts that are over`);
  }
}
