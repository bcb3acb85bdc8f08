import { Injectable } from '@nestjs/common';
import { ClusterService, type PodObservation, type PodRefusal } from '#cluster';
import type { LeaderTerm } from '#database';
import { admissionId, type AttemptEnd, cannotStart, type Job, podsNotCreated, refusedByCluster } from '#jobs';
import { Clock, type Instant, instantOf } from '#kernel';
import { ControllerSettings } from '../controller-settings.ts';
import { Placements } from '../placements.ts';
import { type CallSubject, ClusterCalls } from './cluster-calls.ts';
import { DecidedEnds } from './decided-ends.ts';

/** The Job controller creates pods within a second or two: how long they are waited for before the cluster is asked, and asked again. */
const LOOK_SECONDS = 10;
/** Attempts asked about in one turn. */
const MOST_ASKED = 64;

/** An attempt as it was seen. */
interface SeenAttempt {
  readonly job: Job;
  readonly pods: readonly PodObservation[];
}

interface Look {
  readonly next: Instant;
  /** Since when the cluster is known to refuse the pods. */
  readonly refusedSince?: Instant;
}

/**
 * Ends attempts whose Job the cluster took, and whose pods it does not create: it tells of that by events of the Job only. What is
 * refused for good fails the job as a refused object does; what may pass is the platform's, and the job is tried again later.
 */
@Injectable()
export class PodRefusals {
  /** By admission; only of those that want pods. */
  #looks: ReadonlyMap<string, Look> = new Map();

  constructor(
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly placements: Placements,
    private readonly decidedEnds: DecidedEnds,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** Records the ends of such attempts: the next turn carries them out. */
  async decide(term: LeaderTerm, seen: readonly SeenAttempt[]): Promise<void> {
    const now = instantOf(this.clock.now());
    const wanting = seen.filter(wantsPods).map(({ job }) => job);
    this.#looks = new Map(wanting.map((job) => [admissionId(job), this.#looks.get(admissionId(job)) ?? { next: now + LOOK_SECONDS }]));
    const due = wanting.filter((job) => now >= (this.#looks.get(admissionId(job))?.next ?? now)).slice(0, MOST_ASKED);
    const told = await this.#ask(term, due);
    const looks = new Map(this.#looks);
    const ends: { job: Job; end: AttemptEnd }[] = [];
    for (const job of due) {
      const [id, refusal] = [admissionId(job), told.get(job.id)];
      const since = refusal === undefined ? undefined : (looks.get(id)?.refusedSince ?? now);
      looks.set(id, { next: now + LOOK_SECONDS, ...(since !== undefined && { refusedSince: since }) });
      if (refusal?.forGood === true) ends.push({ job, end: cannotStart(refusedByCluster(refusal.said)) });
      else if (refusal !== undefined && now >= (since ?? now) + this.settings.startFaultTimeoutSeconds)
        ends.push({ job, end: podsNotCreated(refusal.said) });
    }
    this.#looks = looks;
    await this.decidedEnds.decide(
      term,
      ends.map(({ job, end }) => ({ jobId: job.id, attempt: job.attempt, end: { ...end, at: now } })),
    );
  }

  async #ask(term: LeaderTerm, jobs: readonly Job[]): Promise<Map<string, PodRefusal>> {
    const told = new Map<string, PodRefusal>();
    const subjectOf = ({ job }: { readonly job: Job }): CallSubject => ({ tenant: job.tenantId, object: admissionId(job) });
    await this.calls.forEach(term, 'ask', await this.placements.of(jobs), subjectOf, async ({ job, workload }) => {
      const refusal = await this.cluster.podRefusal(workload);
      if (refusal !== undefined) told.set(job.id, refusal);
    });
    return told;
  }
}

/** Its Job is there, nothing ends it yet, and replicas of it have no pod. */
function wantsPods({ job, pods }: SeenAttempt): boolean {
  if (job.state !== 'Starting' || job.decidedEnd !== null || job.cancelRequestedAt !== null) return false;
  return new Set(pods.map(({ index }) => index)).size < job.replicas;
}
