import { Injectable, Logger } from '@nestjs/common';
import { ClusterService } from '#cluster';
import type { LeaderTerm } from '#database';
import { admissionId, type AttemptEnd, type CreationRefusal, endOfRefusedPods, type Job, lacksPods, type ObservedAttempt } from '#jobs';
import { Clock, type Instant, instantOf } from '#kernel';
import { ControllerSettings } from '../controller-settings.ts';
import { Placements } from '../placements.ts';
import { type CallSubject, ClusterCalls } from './cluster-calls.ts';
import { DecidedEnds } from './decided-ends.ts';

/** Seconds between two requests about an attempt. The Job controller usually creates pods within a second or two. */
const INQUIRY_SECONDS = 10;
/** Attempts that the cluster is asked about in one turn. */
const MOST_ASKED = 64;

interface Inquiry {
  readonly next: Instant;
  /** When the cluster was first found to refuse the pods. */
  readonly refusedSince?: Instant;
}

/**
 * Ends attempts whose Kubernetes Job the cluster accepted but whose pods it does not create. Only the Events of the Job report that, so
 * the cluster is asked for them. `endOfRefusedPods` of `#jobs` decides.
 */
@Injectable()
export class PodRefusals {
  readonly #log = new Logger('workloads');
  /** By admission id; of attempts that lack pods. */
  #inquiries: ReadonlyMap<string, Inquiry> = new Map();

  constructor(
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly placements: Placements,
    private readonly decidedEnds: DecidedEnds,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** Records the ends of such attempts; the next turn carries them out. */
  async decide(term: LeaderTerm, attempts: readonly ObservedAttempt[]): Promise<void> {
    const now = instantOf(this.clock.now());
    const lacking = attempts.filter(lacksPods).map(({ job }) => job);
    const inquiries = new Map(
      lacking.map((job) => [admissionId(job), this.#inquiries.get(admissionId(job)) ?? { next: now + INQUIRY_SECONDS }]),
    );
    this.#inquiries = inquiries;
    const due = lacking.filter((job) => now >= (inquiries.get(admissionId(job))?.next ?? now)).slice(0, MOST_ASKED);
    const refusals = await this.#ask(term, due);
    const ends: { job: Job; end: AttemptEnd }[] = [];
    for (const job of due) {
      const [id, refusal] = [admissionId(job), refusals.get(job.id)];
      const refusedSince = refusal === undefined ? undefined : (inquiries.get(id)?.refusedSince ?? now);
      inquiries.set(id, { next: now + INQUIRY_SECONDS, ...(refusedSince !== undefined && { refusedSince }) });
      const end = refusal && endOfRefusedPods(refusal, refusedSince ?? now, this.settings, now);
      if (end === undefined) continue;
      ends.push({ job, end });
      this.#log.warn(`the cluster creates no pods of ${id}: ${refusal?.message ?? ''}`);
    }
    await this.decidedEnds.decide(
      term,
      ends.map(({ job, end }) => ({ jobId: job.id, attempt: job.attempt, end: { ...end, at: now } })),
    );
  }

  async #ask(term: LeaderTerm, jobs: readonly Job[]): Promise<Map<string, CreationRefusal>> {
    const refusals = new Map<string, CreationRefusal>();
    const subjectOf = ({ job }: { readonly job: Job }): CallSubject => ({ tenant: job.tenantId, object: admissionId(job) });
    await this.calls.forEach(term, 'ask', await this.placements.of(jobs), subjectOf, async ({ job, workload }) => {
      const refusal = await this.cluster.jobs.podRefusal(workload);
      if (refusal !== undefined) refusals.set(job.id, refusal);
    });
    return refusals;
  }
}
