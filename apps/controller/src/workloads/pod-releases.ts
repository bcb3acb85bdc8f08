import { Injectable } from '@nestjs/common';
import { ClusterService, type PodObservation } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { takeTurns } from '#kernel';
import { hasEnded, type Job, JobsService, keepsPods } from '#jobs';
import { isReleasable } from '#metering';
import { PodCache } from '../pod-cache.ts';
import { admissionOf, type PodView } from '../pod-view.ts';
import { ClusterCalls } from './cluster-calls.ts';
import { LogKeeping } from './log-keeping.ts';

/** Pods handled in one turn. After a long absence of the controller, later turns handle the rest. */
const MOST_PODS = 2_000;

/**
 * Releases the pods of attempts that are over or unknown: deletes those that still run, and removes the finalizer of those whose end is
 * recorded (rule M3) and whose log is kept. The pods of an attempt that is not settled stay, because they show how it ended.
 */
@Injectable()
export class PodReleases {
  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly jobs: JobsService,
    private readonly logs: LogKeeping,
    private readonly pods: PodCache,
  ) {}

  /** @param active ids of the admissions whose pods stay. They are read after `view` was taken, so any other attempt in it is over. */
  async release(term: LeaderTerm, view: PodView, active: ReadonlySet<string>): Promise<void> {
    const leaving = takeTurns(
      view.all().filter((pod) => !active.has(admissionOf(pod))),
      (pod) => pod.tenant,
    ).slice(0, MOST_PODS);
    if (leaving.length === 0) return;
    const found = await this.jobs.many(this.transactions.reader, [...new Set(leaving.map((pod) => pod.jobId))]);
    const jobs = new Map(found.map((job) => [job.id, job]));
    const unwanted = leaving.filter((pod) => !pod.deleting && !isKept(pod, jobs.get(pod.jobId)));
    const attempts = [...Map.groupBy(unwanted, admissionOf).values()].flatMap(([pod]) => pod ?? []);
    const ofAttempt = (pod: PodObservation) => ({ tenant: pod.tenant, object: admissionOf(pod) });
    await this.calls.forEach(term, 'delete', attempts, ofAttempt, (pod) => this.cluster.jobs.deletePods(pod));
    const released = await this.logs.keep(
      term,
      leaving.filter((pod) => pod.hasFinalizer && isReleasable(pod)),
    );
    const ofPod = (pod: PodObservation) => ({ tenant: pod.tenant, object: pod.uid });
    await this.calls.forEach(term, 'release', released, ofPod, (pod) => this.cluster.pods.removeMeteringFinalizer(pod));
    this.pods.retire(leaving.filter((pod) => !pod.hasFinalizer && isKept(pod, jobs.get(pod.jobId))));
  }
}

/** The ended pods of a job that ended by itself stay for their logs, as long as the cluster keeps its Kubernetes Job. */
function isKept(pod: PodObservation, job: Job | undefined): boolean {
  return keepsPods(job, pod.attempt) && hasEnded(pod) && !pod.deleting;
}
