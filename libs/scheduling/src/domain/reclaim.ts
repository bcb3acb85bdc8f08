import { compareBytes, type Instant } from '#kernel';
import { cycle } from './cycle.ts';
import type { Decision } from './decision.ts';
import { FreeNodes } from './free-nodes.ts';
import { LimitUsage } from './limit-usage.ts';
import type { Policy, QueuedJob } from './queue.ts';
import { gpusOf } from './shape.ts';
import type { Gang, Snapshot } from './snapshot.ts';
import { UnfitShapes } from './unfit-shapes.ts';

/** Jobs for which GPUs are taken back in one turn. The next turn continues after them. */
const MOST_CLAIMS = 16;

/** A job that runs, as far as it may be stopped for another. */
export interface RunningJob {
  /** As it would wait again. */
  readonly job: QueuedJob;
  readonly gang: Gang;
  /** Absent: not all of its pods have begun. */
  readonly startedAt?: Instant;
  /** It is being stopped already. */
  readonly isStopping: boolean;
}

/** A graceful stop of a job that borrows, so that another gets its share. */
export interface Reclaim {
  readonly jobId: string;
  readonly forJobId: string;
}

/** A job and the jobs that must be stopped for it. */
interface Claim {
  readonly job: QueuedJob;
  readonly stops: readonly RunningJob[];
}

/** What a cycle was given, and what it decided. */
export interface DecidedCycle {
  readonly queue: readonly QueuedJob[];
  readonly snapshot: Snapshot;
  readonly usage: ReadonlyMap<string, number>;
  readonly policy: Policy;
  readonly now: Instant;
  readonly decisions: readonly Decision[];
}

/**
 * Which jobs are stopped so that jobs get the shares that others have borrowed (rule S2). The newest and cheapest loss comes first: the
 * fewest GPU-seconds since the start. A job is shielded for `policy.shieldedSeconds` from its start. A stop is decided only where the job
 * it is for would then start, before everything that could take its place, the stopped jobs included: otherwise stops would repeat.
 * @param active all jobs that had nodes before the cycle
 */
export function reclaims(decided: DecidedCycle, active: readonly RunningJob[]): Reclaim[] {
  const running = [...active, ...startedBy(decided)];
  const plan = new ReclaimPlan(decided, running);
  if (!plan.hasShares) return [];
  const byId = new Map(decided.queue.map((job) => [job.id, job]));
  let claims: Claim[] = [];
  for (const { jobId, verdict } of decided.decisions) {
    const job = byId.get(jobId);
    if (verdict !== 'wait' || job === undefined || job.inadmissible !== undefined) continue;
    const stops = plan.claim(job);
    if (stops !== undefined && stops.length > 0) claims.push({ job, stops });
    if (claims.length === MOST_CLAIMS) break;
  }
  // Without the stops for a job that would not start after them, others may not start either.
  for (let before = Infinity; claims.length > 0 && claims.length < before;) {
    before = claims.length;
    const starts = startsAfter(claims, decided, running);
    claims = claims.filter(({ job }) => starts.has(job.id));
  }
  return claims.flatMap(({ job, stops }) => stops.map((stopped): Reclaim => ({ jobId: stopped.job.id, forJobId: job.id })));
}

function startedBy({ queue, decisions, now }: DecidedCycle): RunningJob[] {
  const byId = new Map(queue.map((job) => [job.id, job]));
  return decisions.flatMap((decision): RunningJob[] => {
    const job = byId.get(decision.jobId);
    if (decision.verdict === 'wait' || job === undefined) return [];
    const gang = { ...job, admissionId: job.id, placement: decision.placement, endsBy: now + job.longestSeconds };
    return [{ job, gang, isStopping: false }];
  });
}

/** The jobs that the next cycle starts when the jobs of `claims`, and those that are being stopped, are in the queue again. */
function startsAfter(
  claims: readonly Claim[],
  { queue, snapshot, usage, policy, now, decisions }: DecidedCycle,
  running: readonly RunningJob[],
): Set<string> {
  const stopped = new Set([...claims.flatMap(({ stops }) => stops), ...running.filter(({ isStopping }) => isStopping)]);
  const gangs = running.filter((each) => !stopped.has(each)).map(({ gang }) => gang);
  const kept = new Set(gangs.map(({ admissionId }) => admissionId));
  const started = new Set(decisions.filter(({ verdict }) => verdict === 'start').map(({ jobId }) => jobId));
  const waiting = [...queue.filter(({ id }) => !started.has(id)), ...[...stopped].map(({ job }) => job)];
  const after = { nodes: snapshot.nodes, pods: snapshot.pods.filter(({ admissionId }) => kept.has(admissionId)), gangs };
  const next = cycle(waiting, after, usage, { ...policy, estimates: 0 }, now);
  return new Set(next.filter(({ verdict }) => verdict === 'start').map(({ jobId }) => jobId));
}

/** The cluster as it will be when all that is being stopped is gone. */
class ReclaimPlan {
  readonly #free: FreeNodes;
  readonly #limits: LimitUsage;
  readonly #now: Instant;
  /** What may still be stopped, the cheapest loss first. */
  readonly #candidates: Set<RunningJob>;
  readonly #nodes: ReadonlyMap<RunningJob, readonly string[]>;
  /** Shapes for which a company could not claim enough. */
  readonly #unfit = new Map<string, UnfitShapes>();

  constructor({ snapshot, policy, now }: DecidedCycle, running: readonly RunningJob[]) {
    this.#now = now;
    this.#free = FreeNodes.of(snapshot.nodes, policy.placement);
    this.#limits = new LimitUsage(policy.limits);
    const bound = new Map(snapshot.pods.map(({ admissionId, index, node }) => [`${admissionId}#${index}`, node]));
    const staying = running.filter(({ isStopping }) => !isStopping);
    this.#nodes = new Map(
      staying.map((each) => {
        const { admissionId, placement } = each.gang;
        return [each, placement.map((node, index) => bound.get(`${admissionId}#${index}`) ?? node)];
      }),
    );
    for (const each of staying) this.#keep(each);
    const stoppable = staying.filter(({ startedAt }) => startedAt !== undefined && startedAt + policy.shieldedSeconds <= now);
    this.#candidates = new Set(
      stoppable.toSorted(
        (a, b) =>
          lossOfStop(a, now) - lossOfStop(b, now) ||
          (b.startedAt ?? 0) - (a.startedAt ?? 0) ||
          compareBytes(a.gang.admissionId, b.gang.admissionId),
      ),
    );
  }

  get hasShares(): boolean {
    return this.#limits.hasShares;
  }

  /**
   * Gives `job` its nodes in the plan. @returns the jobs that must be stopped for it, none where it fits without; undefined where it cannot
   * claim enough
   */
  claim(job: QueuedJob): readonly RunningJob[] | undefined {
    if (!this.#limits.hasClaim(job) || this.#limits.excessOf(job) !== undefined) return undefined;
    const unfit = this.#unfitOf(job);
    if (unfit.covers(job, job.longestSeconds)) return undefined;
    const stopped = this.#stopUntilFits(job);
    if (stopped === undefined) {
      unfit.add(job, job.longestSeconds);
      return undefined;
    }
    // The most expensive loss first: perhaps the others are enough without it.
    const needed = stopped.toReversed().filter((each) => !this.#fitsBeside(job, each));
    for (const each of needed) this.#candidates.delete(each);
    for (const node of this.#place(job) ?? []) this.#free.occupy({ node, gpuClass: job.gpuClass, replica: job.replica });
    this.#limits.use(job, job.gpuClass, gpusOf(job));
    return needed;
  }

  /** @returns undefined where `job` does not fit even then; nothing is stopped then */
  #stopUntilFits(job: QueuedJob): readonly RunningJob[] | undefined {
    if (this.#place(job) !== undefined) return [];
    const ofClass = [...this.#candidates].filter((candidate) => candidate.job.gpuClass === job.gpuClass);
    // The cheapest losses may be scattered over nodes of which none becomes free enough.
    return this.#stopInOrder(job, ofClass) ?? this.#stopInOrder(job, this.#byNode(ofClass));
  }

  #stopInOrder(job: QueuedJob, candidates: Iterable<RunningJob>): readonly RunningJob[] | undefined {
    const stopped: RunningJob[] = [];
    for (const candidate of candidates) {
      if (!this.#limits.mayReclaim(job, candidate.job)) continue;
      this.#stop(candidate);
      stopped.push(candidate);
      if (this.#place(job) !== undefined) return stopped;
    }
    for (const each of stopped) this.#keep(each);
    return undefined;
  }

  /** The jobs of one node after the other, the node with the cheapest loss first. */
  #byNode(candidates: readonly RunningJob[]): Set<RunningJob> {
    const onNode = new Map<string, RunningJob[]>();
    for (const candidate of candidates)
      for (const node of new Set(this.#nodes.get(candidate))) onNode.set(node, [...(onNode.get(node) ?? []), candidate]);
    const lossOf = (jobs: readonly RunningJob[]): number => jobs.reduce((sum, each) => sum + lossOfStop(each, this.#now), 0);
    const byLoss = [...onNode].toSorted(([a, ofA], [b, ofB]) => lossOf(ofA) - lossOf(ofB) || compareBytes(a, b));
    return new Set(byLoss.flatMap(([, jobs]) => jobs));
  }

  /** Whether `job` fits although a stopped job goes on; that one goes on then. */
  #fitsBeside(job: QueuedJob, stopped: RunningJob): boolean {
    this.#keep(stopped);
    if (this.#place(job) !== undefined) return true;
    this.#stop(stopped);
    return false;
  }

  #place(job: QueuedJob): string[] | undefined {
    return this.#free.place(job, this.#now + job.longestSeconds);
  }

  #stop(running: RunningJob): void {
    for (const node of this.#nodes.get(running) ?? []) this.#free.release({ node, ...running.job });
    this.#limits.use(running.job, running.job.gpuClass, -gpusOf(running.job));
  }

  #keep(running: RunningJob): void {
    for (const node of this.#nodes.get(running) ?? []) this.#free.occupy({ node, ...running.job });
    this.#limits.use(running.job, running.job.gpuClass, gpusOf(running.job));
  }

  #unfitOf({ tenantId, projectId = '', gpuClass }: QueuedJob): UnfitShapes {
    const key = `${tenantId}/${projectId}/${gpuClass}`;
    const unfit = this.#unfit.get(key) ?? new UnfitShapes();
    this.#unfit.set(key, unfit);
    return unfit;
  }
}

/** GPU-seconds since the start: what is lost if nothing of it was saved. */
function lossOfStop({ job, startedAt }: RunningJob, now: Instant): number {
  return gpusOf(job) * (now - (startedAt ?? now));
}
