import { compareBytes, formatInstant, type Instant } from '#kernel';
import type { Decision, Wait } from '../domain/decision.ts';
import { sentenceOfExcess } from '../domain/limit-tree.ts';
import { PRIORITY_ORDER, type Policy, type QueuedJob } from '../domain/queue.ts';
import { gpusOf } from '../domain/shape.ts';
import { type NodeCapacity, type Occupant, occupants, type Snapshot } from '../domain/snapshot.ts';
import { excessOf, isWithinShare } from './plain-limits.ts';
import { freeGpusOn, nodesAt, type PlainNodes, plainNodes, plainPlace, plainPlaces, withOccupants } from './plain-nodes.ts';

interface PlainStart {
  readonly at: Instant;
  readonly placement: readonly string[];
}

/** What a plan has planned, and how far it has come. */
interface PlainPlan {
  nodes: PlainNodes;
  at: Instant;
}

const openUntil = ({ gpuClass }: QueuedJob, end: Instant) => {
  return ({ openTo, closesAt }: NodeCapacity): boolean => openTo.includes(gpuClass) && (closesAt === undefined || closesAt >= end);
};

function occupying(job: QueuedJob, { at, placement }: PlainStart): Occupant[] {
  const endsBy = at + job.longestSeconds;
  return placement.map((node) => ({ node, gpuClass: job.gpuClass, replica: job.replica, endsBy }));
}

/** Plans `job` at the first end of anything at which it fits, and advances the plan to it. */
function planNext(plan: PlainPlan, job: QueuedJob, policy: Policy): PlainStart | undefined {
  const ends = plan.nodes.flatMap((node) => node.occupants.map(({ endsBy }) => endsBy)).filter((end) => end > plan.at);
  for (const at of [plan.at, ...ends.toSorted((a, b) => a - b)]) {
    const placement = plainPlace(nodesAt(plan.nodes, at), job, policy.placement, openUntil(job, at + job.longestSeconds));
    if (placement === undefined) continue;
    plan.nodes = withOccupants(plan.nodes, occupying(job, { at, placement }));
    plan.at = at;
    return { at, placement };
  }
  return undefined;
}

/**
 * The rules S1–S4 and S6 as plainly as they can be written: nothing is indexed, remembered or updated in place. It is slow, and independent
 * of `cycle`, whose decisions must be the same.
 */
export function plainCycle(
  queue: readonly QueuedJob[],
  snapshot: Snapshot,
  usage: ReadonlyMap<string, number>,
  policy: Policy,
  now: Instant,
): Decision[] {
  let nodes = plainNodes(snapshot.nodes, occupants(snapshot, now));
  const empty = plainNodes(snapshot.nodes, []);
  const running = snapshot.gangs.map(({ replica, placement, ...gang }) => ({ ...gang, gpus: replica.gpus * placement.length }));
  const started: QueuedJob[] = [];
  const reservations = new Map<string, { readonly at: Instant; beside: PlainNodes }>();
  const considered: { readonly job: QueuedJob; readonly decision?: Decision }[] = [];

  const inUse = () => [...running, ...started.map((job) => ({ ...job, gpus: gpusOf(job) }))];
  const usageOf = (tenantId: string): number =>
    inUse()
      .filter((each) => each.tenantId === tenantId)
      .reduce((sum, { gpuClass, gpus }) => sum + gpus * 3_600 * (policy.classWeights.get(gpuClass) ?? 1), usage.get(tenantId) ?? 0);
  const byAge = (a: QueuedJob, b: QueuedJob): number => a.queuedAt - b.queuedAt || compareBytes(a.id, b.id);
  const next = (all: readonly QueuedJob[], waiting: ReadonlySet<QueuedJob>): QueuedJob | undefined => {
    // A tenant has one turn for each job, at the times at which its jobs were queued, whatever their priorities.
    const turns = [...Map.groupBy(all, ({ tenantId }) => tenantId)].flatMap(([tenantId, ofTenant]) => {
      const own = ofTenant.filter((job) => waiting.has(job)).toSorted((a, b) => rank(a) - rank(b) || byAge(a, b));
      const turn = ofTenant.toSorted(byAge)[ofTenant.length - own.length];
      return own[0] === undefined || turn === undefined ? [] : [{ job: own[0], turn, used: policy.fairShare ? usageOf(tenantId) : 0 }];
    });
    return turns.toSorted((a, b) => a.used - b.used || byAge(a.turn, b.turn))[0]?.job;
  };
  const rank = ({ priority }: QueuedJob): number => PRIORITY_ORDER.indexOf(priority);

  const ownShares = [...policy.limits.limits.values()].some(({ share }) => share !== null);
  const isLow = ({ priority, waitingSince, queuedAt }: QueuedJob): boolean =>
    policy.preemption && priority === 'low' && now < (waitingSince ?? queuedAt) + policy.preemptibleWaitSeconds;
  const borrowers: QueuedJob[] = [];
  const parts = [queue.filter((job) => !isLow(job)), queue.filter(isLow)];
  if (ownShares) for (const part of parts) considerAll(part, (job) => isWithinShare(policy.limits, job, inUse()));
  for (const part of parts) considerAll(ownShares ? part.filter((job) => borrowers.includes(job)) : part, () => true);

  function considerAll(jobs: readonly QueuedJob[], isTurn: (job: QueuedJob) => boolean): void {
    const waiting = new Set(jobs);
    for (let job = next(jobs, waiting); job !== undefined && started.length < policy.mostStarts; job = next(jobs, waiting)) {
      waiting.delete(job);
      const { tenantId: owner } = job;
      const startsOfTenant = started.filter(({ tenantId }) => tenantId === owner).length;
      if (startsOfTenant >= (policy.mostStartsOfTenant.get(job.tenantId) ?? Infinity)) continue;
      if (isTurn(job)) decide(job);
      else borrowers.push(job);
    }
  }

  function decide(job: QueuedJob): void {
    const { id: jobId, gpuClass } = job;
    const excess = excessOf(policy.limits, job, inUse());
    if (job.inadmissible !== undefined) {
      considered.push({ job, decision: { jobId, verdict: 'wait', ...job.inadmissible } });
    } else if (excess !== undefined) {
      considered.push({
        job,
        decision: { jobId, verdict: 'wait', reason: 'concurrency limit', detail: sentenceOfExcess(excess, gpuClass) },
      });
    } else {
      const end = now + job.longestSeconds;
      const held = [...reservations.values()].filter(({ at }) => end > at);
      const isBlocked = !policy.backfill && reservations.has(gpuClass);
      const beside = held.map((reservation) => reservation.beside);
      const placement = isBlocked ? undefined : plainPlace(nodes, job, policy.placement, openUntil(job, end), beside);
      if (placement === undefined) {
        considered.push({ job });
        const plan: PlainPlan = { nodes, at: now };
        const start = reservations.has(gpuClass) ? undefined : planNext(plan, job, policy);
        if (start !== undefined) reservations.set(gpuClass, { at: start.at, beside: nodesAt(plan.nodes, start.at) });
      } else {
        started.push(job);
        const added = occupying(job, { at: now, placement });
        nodes = withOccupants(nodes, added);
        for (const reservation of held) reservation.beside = withOccupants(reservation.beside, added);
        considered.push({ job, decision: { jobId, verdict: 'start', placement } });
      }
    }
  }

  const plans = new Map<string, { readonly plan: PlainPlan; ahead: number }>();
  return considered.map(({ job, decision }) => decision ?? explain(job));

  function explain(job: QueuedJob): Wait {
    const end = now + job.longestSeconds;
    const canEverFit = plainPlace(empty, job, policy.placement, openUntil(job, end)) !== undefined;
    const estimate = canEverFit ? estimateOf(job) : {};
    return { jobId: job.id, verdict: 'wait', ...estimate, ...whyItWaits(job, end, canEverFit) };
  }

  function estimateOf(job: QueuedJob): Pick<Wait, 'expectedStart' | 'jobsAhead'> {
    const ofClass = plans.get(job.gpuClass) ?? { plan: { nodes, at: now }, ahead: 0 };
    plans.set(job.gpuClass, ofClass);
    ofClass.ahead += 1;
    const ahead = ofClass.ahead - 1;
    if (ahead >= policy.estimates) {
      const step = Math.max(1, 10 ** Math.floor(Math.log10(ahead)) / 2);
      return { jobsAhead: Math.round(ahead / step) * step };
    }
    const start = planNext(ofClass.plan, job, policy);
    return start === undefined ? {} : { expectedStart: start.at };
  }

  function whyItWaits(job: QueuedJob, end: Instant, canEverFit: boolean): Pick<Wait, 'reason' | 'detail'> {
    if (plainPlace(nodes, job, policy.placement, openUntil(job, end)) !== undefined) {
      const startsBy = formatInstant(reservations.get(job.gpuClass)?.at ?? now);
      const detail = `Enough GPUs are free, but they are reserved for a job ahead of it that starts by ${startsBy}.`;
      return { reason: 'behind reservation', detail };
    }
    const onAny = (): boolean => true;
    if (
      plainPlace(nodes, job, policy.placement, onAny) !== undefined ||
      (!canEverFit && plainPlace(empty, job, policy.placement, onAny) !== undefined)
    ) {
      const detail = `Nodes of ${job.gpuClass} that would hold it are closed, tainted, or about to close for maintenance.`;
      return { reason: 'maintenance', detail };
    }
    const anywhere = { ...job, avoidedNodes: new Set<string>() };
    if (plainPlace(nodes, anywhere, policy.placement, openUntil(job, end)) !== undefined)
      return { reason: 'back-off', detail: job.avoidedBecause ?? 'It avoids the nodes that rejected it.' };
    if (job.topology?.mode === 'require') return { reason: 'capacity', detail: plainShortage(nodes, job, job.topology.key) };
    const free = nodes
      .filter(({ capacity }) => capacity.openTo.includes(job.gpuClass))
      .reduce((sum, node) => sum + Math.max(0, freeGpusOn(node, job.gpuClass)), 0);
    const each = job.replicas > 1 ? ` as ${job.replicas} × ${job.replica.gpus}` : ' on one node';
    const detail = `Needs ${gpusOf(job)} GPUs of ${job.gpuClass}${each}; ${free} are free.`;
    return { reason: 'capacity', detail };
  }
}

/** The domain that can take the most replicas now. */
function plainShortage(nodes: PlainNodes, job: QueuedJob, key: string): string {
  const { gpuClass, replicas, replica } = job;
  const needs = `Needs ${replicas} × ${replica.gpus} GPUs of ${gpuClass} within one domain "${key}"`;
  const isOpen = (capacity: NodeCapacity): boolean => capacity.openTo.includes(gpuClass);
  const isUsable = (capacity: NodeCapacity): boolean =>
    isOpen(capacity) && capacity.closesAt === undefined && job.avoidedNodes?.has(capacity.name) !== true;
  const ofClass = nodes.filter(({ capacity }) => Object.hasOwn(capacity.gpus, gpuClass) && capacity.domains?.[key] !== undefined);
  const [most] = [...Map.groupBy(ofClass, ({ capacity }) => capacity.domains?.[key] ?? '')]
    .map(([name, own]) => ({
      name,
      places: own.filter(({ capacity }) => isUsable(capacity)).reduce((sum, node) => sum + Math.min(replicas, plainPlaces(node, job)), 0),
      free: own.filter(({ capacity }) => isOpen(capacity)).reduce((sum, node) => sum + Math.max(0, freeGpusOn(node, gpuClass)), 0),
    }))
    .toSorted((a, b) => b.places - a.places || b.free - a.free || compareBytes(a.name, b.name));
  if (most === undefined) return `${needs}; no node of ${gpuClass} is in one.`;
  const { name, places, free } = most;
  const missing = Math.max(0, replicas - places);
  return `${needs}; ${name} can take the most of it now, ${places} of ${replicas} replicas with ${free} GPUs free: ${missing} more must fit there.`;
}
