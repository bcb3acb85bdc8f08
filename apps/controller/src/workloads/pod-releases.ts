import { Injectable } from '@nestjs/common';
import { ClusterService, hasEnded, type PodObservation } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { takeTurns } from '#kernel';
import { type Job, JobsService } from '#jobs';
import { cameToOwnEnd } from '../domain/attempt.ts';
import { PodCache } from '../pod-cache.ts';
import { admissionOf, isLost, neverRan, type PodView } from '../pod-view.ts';
import { ClusterCalls } from './cluster-calls.ts';

/** Pods looked at in one turn; after a long absence the rest is for the turns that follow. */
const MOST_PODS = 2_000;

/**
 * Sees off the pods of attempts that are over, or were never known: ends those that still run, and lets the ended ones go, whose
 * end is recorded by now (rule M3). Until their attempt is settled pods are kept, for they tell how it ended.
 */
@Injectable()
export class PodReleases {
  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly jobs: JobsService,
    private readonly pods: PodCache,
  ) {}

  /** @param active the attempts whose pods are to stay, read after `view` was taken: what existed then and is not among them is over */
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
    await this.calls.forEach(term, 'delete', attempts, ofAttempt, (pod) => this.cluster.deletePods(pod));
    const released = leaving.filter((pod) => pod.hasFinalizer && (pod.endedAt !== undefined || neverRan(pod) || isLost(pod)));
    const ofPod = (pod: PodObservation) => ({ tenant: pod.tenant, object: pod.uid });
    await this.calls.forEach(term, 'release', released, ofPod, (pod) => this.cluster.removeMeteringFinalizer(pod));
    this.pods.retire(leaving.filter((pod) => !pod.hasFinalizer && isKept(pod, jobs.get(pod.jobId))));
  }
}

/** The ended pods of a job that came to its own end are kept for their logs, as long as the cluster keeps its Job. */
function isKept(pod: PodObservation, job: Job | undefined): boolean {
  return cameToOwnEnd(job, pod.attempt) && hasEnded(pod) && !pod.deleting;
}
