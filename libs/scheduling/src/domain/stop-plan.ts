import { compareBytes, type Instant } from '#kernel';
import { CycleState } from './cycle-state.ts';
import { isPreemptible } from './preemption.ts';
import type { Policy, QueuedJob } from './queue.ts';
import { gpusOf } from './shape.ts';
import type { Occupant } from './snapshot.ts';
import type { DecidedCycle, RunningJob, Stop } from './stops.ts';
import { UnfitShapes } from './unfit-shapes.ts';

/** A job, and the node of each replica. */
export interface PlannedJob {
  readonly job: QueuedJob;
  readonly placement: readonly string[];
}

/** GPU-seconds that are lost when a job is stopped, if nothing was saved since its last checkpoint mark. */
export function lossOfStop({ job, startedAt, checkpointAt }: RunningJob, now: Instant): number {
  return gpusOf(job) * (now - Math.max(startedAt ?? now, checkpointAt ?? 0));
}

/** The cluster as it will be when all that is being stopped is gone. Waiting jobs take their nodes in it, in the order of the cycle. */
export class StopPlan {
  readonly #state: CycleState;
  readonly #policy: Policy;
  /** What may still be stopped, the cheapest loss first. */
  readonly #candidates: Set<RunningJob>;
  readonly #occupants: ReadonlyMap<RunningJob, readonly Occupant[]>;
  /** Shapes that do not fit, and for which not enough can be stopped, by whose jobs they are. */
  readonly #unfit = new Map<string, UnfitShapes>();

  constructor({ snapshot, policy, now }: DecidedCycle, running: readonly RunningJob[]) {
    this.#policy = policy;
    this.#state = new CycleState({ nodes: snapshot.nodes, pods: [], gangs: [] }, policy, now);
    const bound = new Map(snapshot.pods.map(({ admissionId, index, node }) => [`${admissionId}#${index}`, node]));
    const staying = running.filter(({ isStopping }) => !isStopping);
    this.#occupants = new Map(
      staying.map((each) => {
        const { admissionId, placement, endsBy } = each.gang;
        const nodes = placement.map((node, index) => bound.get(`${admissionId}#${index}`) ?? node);
        const { gpuClass, replica } = each.job;
        return [each, nodes.map((node): Occupant => ({ node, gpuClass, replica, endsBy: Math.max(endsBy, now + 1) }))];
      }),
    );
    for (const each of staying) this.#keep(each);
    this.#candidates = new Set(
      staying
        .filter(({ startedAt }) => startedAt !== undefined && startedAt + policy.shieldedSeconds <= now)
        .filter(({ job }) => this.#state.limits.hasShares || (policy.preemption && isPreemptible(job)))
        .toSorted(
          (a, b) =>
            Number(isPreemptible(b.job)) - Number(isPreemptible(a.job)) ||
            lossOfStop(a, now) - lossOfStop(b, now) ||
            (b.startedAt ?? 0) - (a.startedAt ?? 0) ||
            compareBytes(a.gang.admissionId, b.gang.admissionId),
        ),
    );
  }

  /** Whether any job may be stopped for any other. */
  get canStopAny(): boolean {
    return this.#candidates.size > 0;
  }

  /** Gives `job` its nodes in the plan, or else the reservation of its class (rule S3). @returns the jobs that must be stopped for it */
  claim(job: QueuedJob): readonly RunningJob[] {
    const { limits } = this.#state;
    const mayClaim = limits.hasClaim(job) || (this.#policy.preemption && !isPreemptible(job));
    const isBeyondLimit = limits.excessOf(job) !== undefined;
    const unfit = this.#unfitOf(job, mayClaim);
    if (!isBeyondLimit && unfit.covers(job, job.longestSeconds)) return [];
    const stops = this.#fits(job) ? [] : mayClaim ? this.#cheapestStops(job) : undefined;
    if (stops === undefined) {
      if (isBeyondLimit) return [];
      unfit.add(job, job.longestSeconds);
      this.#state.reserveFor(job);
      return [];
    }
    for (const running of stops) {
      this.#stop(running);
      this.#candidates.delete(running);
    }
    this.#state.start(job, this.#state.search(job) ?? []);
    return stops;
  }

  /**
   * Those of `candidates` that must be stopped so that jobs start on given nodes, each for a job that it may be stopped for.
   * @param starts in the order in which they start
   */
  needed(candidates: ReadonlySet<RunningJob>, starts: readonly PlannedJob[]): Stop[] {
    const { now, limits } = this.#state;
    // The cheapest loss first, as they were chosen.
    const remaining = new Set([...this.#candidates].filter((each) => candidates.has(each)));
    return starts.flatMap(({ job, placement }) => {
      const its = placement.map((node): Occupant => {
        return { node, gpuClass: job.gpuClass, replica: job.replica, endsBy: now + job.longestSeconds };
      });
      const fits = (): boolean => limits.excessOf(job) === undefined && this.#state.free.holds(its);
      const stopped: RunningJob[] = [];
      const kinds = new Map<RunningJob, Stop['kind']>();
      for (const each of remaining) {
        if (fits()) break;
        if (!this.#mayStop(job, each)) continue;
        kinds.set(each, limits.mayReclaim(job, each.job) ? 'reclaimed' : 'preempted');
        this.#stop(each);
        stopped.push(each);
      }
      const needed = fits() ? stopped.toReversed().filter((each) => !this.#goesOnBeside(each, fits)) : stopped;
      if (!fits()) {
        for (const each of needed) this.#keep(each);
        return [];
      }
      const stops = needed.map((each): Stop => {
        return { jobId: each.job.id, forJobId: job.id, kind: kinds.get(each) ?? 'preempted', lostGpuSeconds: lossOfStop(each, now) };
      });
      for (const each of needed) remaining.delete(each);
      this.#state.occupy(job, its);
      return stops;
    });
  }

  /** Whether `running` may be stopped for `job` (rules S2, S5). */
  #mayStop(job: QueuedJob, running: RunningJob): boolean {
    return this.#state.limits.mayReclaim(job, running.job) || this.#mayPreempt(job, running);
  }

  #mayPreempt(job: QueuedJob, { job: other }: RunningJob): boolean {
    if (!this.#policy.preemption || isPreemptible(job) || !isPreemptible(other)) return false;
    const { limits } = this.#state;
    if (!limits.hasShares) return true;
    // Whoever runs within its own share would take it back from one that borrows, and be stopped again.
    limits.use(other, other.gpuClass, -gpusOf(other));
    limits.use(job, job.gpuClass, gpusOf(job));
    const wouldTakeBack = limits.mayReclaim(other, job);
    limits.use(job, job.gpuClass, -gpusOf(job));
    limits.use(other, other.gpuClass, gpusOf(other));
    return !wouldTakeBack;
  }

  /** The jobs whose stop makes `job` fit. @returns undefined where it does not fit even then */
  #cheapestStops(job: QueuedJob): readonly RunningJob[] | undefined {
    const ofClass = new Set([...this.#candidates].filter((candidate) => candidate.job.gpuClass === job.gpuClass));
    const inOrder = this.#stopsInOrder(job, ofClass);
    if (inOrder?.length === 1) return inOrder;
    // The cheapest losses may be scattered over nodes of which none becomes free enough without an expensive one.
    const byNode = this.#stopsInOrder(job, this.#byNode(ofClass));
    if (inOrder === undefined || byNode === undefined) return inOrder ?? byNode;
    return this.#totalLoss(byNode) < this.#totalLoss(inOrder) ? byNode : inOrder;
  }

  /** Leaves the plan as it was. */
  #stopsInOrder(job: QueuedJob, candidates: ReadonlySet<RunningJob>): readonly RunningJob[] | undefined {
    const stopped = new Set<RunningJob>();
    this.#stopUntilWithinLimits(job, candidates, stopped);
    const fits = this.#state.limits.excessOf(job) === undefined && this.#stopUntilPlaced(job, candidates, stopped);
    // The most expensive loss first: perhaps the others are enough without it.
    const needed = fits ? [...stopped].toReversed().filter((each) => !this.#goesOnBeside(each, () => this.#fits(job))) : [...stopped];
    for (const each of needed) this.#keep(each);
    return fits ? needed : undefined;
  }

  #stopUntilWithinLimits(job: QueuedJob, candidates: ReadonlySet<RunningJob>, stopped: Set<RunningJob>): void {
    for (const candidate of candidates) {
      if (this.#state.limits.excessOf(job) === undefined) return;
      if (!this.#state.limits.relieves(candidate.job, job) || !this.#mayStop(job, candidate)) continue;
      this.#stop(candidate);
      stopped.add(candidate);
    }
  }

  /** @returns whether `job` has its nodes then */
  #stopUntilPlaced(job: QueuedJob, candidates: ReadonlySet<RunningJob>, stopped: Set<RunningJob>): boolean {
    if (this.#fits(job)) return true;
    const { free, now } = this.#state;
    // The places are counted once, and then only on the nodes on which something stops: a search of all nodes for each stop is slow.
    const endsBy = now + job.longestSeconds;
    const closing = free.layout.nodesOf(job.gpuClass).closing;
    let places = closing.reduce((sum, position) => sum + free.placesUntil(position, job, endsBy), free.openPlaces(job));
    for (const candidate of candidates) {
      if (stopped.has(candidate) || !this.#mayStop(job, candidate)) continue;
      const before = this.#placesOnNodesOf(candidate, job);
      this.#stop(candidate);
      stopped.add(candidate);
      places += this.#placesOnNodesOf(candidate, job) - before;
      if (places >= job.replicas && this.#fits(job)) return true;
    }
    return false;
  }

  #placesOnNodesOf(running: RunningJob, job: QueuedJob): number {
    const { free, now } = this.#state;
    const positions = new Set((this.#occupants.get(running) ?? []).flatMap(({ node }) => free.layout.positionOf(node) ?? []));
    return [...positions].reduce((sum, position) => sum + free.placesUntil(position, job, now + job.longestSeconds), 0);
  }

  /** The jobs of one node after the other, the node with the cheapest loss first. */
  #byNode(candidates: ReadonlySet<RunningJob>): ReadonlySet<RunningJob> {
    const onNode = new Map<string, RunningJob[]>();
    for (const candidate of candidates) {
      for (const node of new Set((this.#occupants.get(candidate) ?? []).map((occupant) => occupant.node))) {
        const own = onNode.get(node) ?? [];
        own.push(candidate);
        onNode.set(node, own);
      }
    }
    const byLoss = [...onNode]
      .map(([node, jobs]) => ({ node, jobs, loss: this.#totalLoss(jobs) }))
      .toSorted((a, b) => a.loss - b.loss || compareBytes(a.node, b.node));
    return new Set(byLoss.flatMap(({ jobs }) => jobs));
  }

  #totalLoss(jobs: readonly RunningJob[]): number {
    return jobs.reduce((sum, each) => sum + lossOfStop(each, this.#state.now), 0);
  }

  /** Whether a job still fits although a stopped one goes on; that one goes on then. */
  #goesOnBeside(stopped: RunningJob, fits: () => boolean): boolean {
    this.#keep(stopped);
    if (fits()) return true;
    this.#stop(stopped);
    return false;
  }

  #fits(job: QueuedJob): boolean {
    return this.#state.limits.excessOf(job) === undefined && this.#state.search(job) !== undefined;
  }

  #stop(running: RunningJob): void {
    this.#state.release(running.job, this.#occupants.get(running) ?? []);
  }

  #keep(running: RunningJob): void {
    this.#state.occupy(running.job, this.#occupants.get(running) ?? []);
  }

  /** Without shares, the same jobs may be stopped for all companies. */
  #unfitOf({ tenantId, projectId = '', gpuClass }: QueuedJob, mayClaim: boolean): UnfitShapes {
    const key = this.#state.limits.hasShares ? `${tenantId}/${projectId}/${gpuClass}/${mayClaim}` : `${gpuClass}/${mayClaim}`;
    const unfit = this.#unfit.get(key) ?? new UnfitShapes();
    this.#unfit.set(key, unfit);
    return unfit;
  }
}
