import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClusterService, type OpenJob } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { JobsService } from '#jobs';
import { admissionIdOf, Clock } from '#kernel';
import { cameToOwnEnd } from '../domain/attempt.ts';
import { Leading } from '../schedules/leading.decorator.ts';
import { ClusterCalls } from '../workloads/cluster-calls.ts';

/**
 * Deletes Jobs of ours whose attempt is over: made by a leader that woke up late, or left by a deletion that was lost. Their pods
 * are seen off as soon as they are seen; this finds those that have none yet, for want of quota, say.
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
    const open = await this.cluster.openJobs();
    // Read after the cluster was: an attempt that was made in between is among them.
    const active = await this.jobs.activeAttempts(this.transactions.reader, this.clock.now());
    const wanted = new Set(active.map(admissionIdOf));
    const unwanted = open.filter((orphan) => !wanted.has(admissionIdOf(orphan)));
    if (unwanted.length === 0) return;
    const known = await this.jobs.many(this.transactions.reader, [...new Set(unwanted.map(({ jobId }) => jobId))]);
    const jobs = new Map(known.map((job) => [job.id, job]));
    // The cluster is about to end those by itself, and keeps their pods for their logs.
    const orphans = unwanted.filter(({ jobId, attempt }) => !cameToOwnEnd(jobs.get(jobId), attempt));
    const subjectOf = (orphan: OpenJob) => ({
      tenant: orphan.namespace,
      object: admissionIdOf(orphan),
    });
    const { done: deleted } = await this.calls.forEach(term, 'delete', orphans, subjectOf, (orphan) => this.cluster.deletePods(orphan));
    if (deleted.length > 0) this.#log.warn(`${deleted.length} Jobs that nobody wants any more were deleted`);
  }
}
