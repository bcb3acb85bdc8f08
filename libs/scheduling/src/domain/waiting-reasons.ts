import { formatInstant, type Instant } from '#kernel';
import { CycleState } from './cycle-state.ts';
import type { Wait } from './decision.ts';
import type { FreeNodes } from './free-nodes.ts';
import type { InadmissibleReason, QueuedJob, WaitReason } from './queue.ts';
import { sentenceOfExcess } from './limit-tree.ts';
import type { DecidedCycle } from './stops.ts';
import { type DomainShortage, domainShortage, sentenceOfShortage } from './domain-shortage.ts';
import { gpusOf, keyOfTopology } from './shape.ts';

/** One of the reasons that keep a job waiting (rule S6). No company but its own is named in it. */
export interface WaitingReason {
  readonly code: WaitReason;
  readonly detail: string;
  /** What would resolve it. */
  readonly remedy: string;
  /** The numbers of `detail`, for machines. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** What keeps a job waiting, and its place among the waiting jobs of its class. */
export interface WaitingState {
  /** The first is the one that the cycle stopped at. */
  readonly reasons: readonly WaitingReason[];
  /** From 1; undefined beyond the first of them, where every start would change the places of thousands of jobs. */
  readonly place: number | undefined;
}

/** What an expected start is computed from, for people. */
export const START_ASSUMPTION =
  'Running jobs and the jobs before it use their whole max runtime, no further job is submitted, and nothing is backfilled.';

/** What resolves a reason of a job for which others are being stopped (rules S2, S5). */
const FREED = 'GPUs are being freed for it: it starts when the jobs that are being stopped have ended.';

/** For how many waiting jobs of each class an exact place is given. */
const PLACES = 100;
/** Groups of alike nodes that a reason names. */
const NODE_GROUPS = 3;

const REMEDIES: Readonly<Record<WaitReason, string>> = {
  quota: 'Wait until the quota of the programme is renewed, or apply for an amendment.',
  funds: 'Top up the wallet, allow self-pay, or apply for a subsidy. Funds that other jobs hold come back when they end.',
  capacity: 'It starts when enough running jobs have ended. Fewer GPUs, or GPUs on fewer nodes, can start sooner.',
  'concurrency limit': 'Wait until other jobs that count towards the limit have ended, or ask the park to raise it.',
  'behind reservation': 'It starts after the reserved job. A shorter max runtime lets it start before.',
  'paused tenant': 'Ask the park when the company is active again.',
  maintenance: 'It starts when the nodes are open again. A shorter max runtime can end before they close.',
  'back-off': 'Nothing is to be done: it is tried again by itself.',
  dependency: 'It joins the queue by itself when these jobs have ended as it needs.',
};

/**
 * Everything that keeps each waiting job of a cycle (rule S6): the cycle itself stops at the first reason. A pure function of what the cycle
 * was given and what it decided. What depends on the nodes is found once for each shape: a queue is long, but has few shapes.
 * @param lackingFunds jobs that wait for something else, and lack funds too
 * @param freedFor the jobs for which others are being stopped (rules S2, S5)
 */
export function waitingStates(
  { queue, decisions, snapshot, policy, now }: Omit<DecidedCycle, 'usage'>,
  lackingFunds: ReadonlyMap<string, InadmissibleReason> = new Map(),
  freedFor: ReadonlySet<string> = new Set(),
): Map<string, WaitingState> {
  const jobs = new Map(queue.map((job) => [job.id, job]));
  const state = new CycleState(snapshot, policy, now);
  const waits: { readonly wait: Wait; readonly job: QueuedJob }[] = [];
  for (const decision of decisions) {
    const job = jobs.get(decision.jobId);
    if (job === undefined) continue;
    if (decision.verdict === 'start') state.start(job, decision.placement);
    else waits.push({ wait: decision, job });
  }
  const reserved = reservedJobs(waits);
  for (const { job } of reserved.values()) state.reserveFor(job);
  const nodes = new NodeReasons(state, reserved);
  const places = new Map<string, number>();
  return new Map(
    waits.map(({ wait, job }) => {
      const place = (places.get(job.gpuClass) ?? 0) + 1;
      places.set(job.gpuClass, place);
      const lacking = lackingFunds.get(job.id);
      const all = [...inadmissibleReasons(job, state, lacking), ...nodes.of(job)];
      const first = all.find(({ code }) => code === wait.reason) ?? reasonOf(wait.reason, wait.detail, {});
      const unlessFreed = [first, ...all.filter((reason) => reason !== first)];
      const reasons = freedFor.has(job.id) ? unlessFreed.map(whileFreed) : unlessFreed;
      return [job.id, { reasons, place: place <= PLACES ? place : undefined }];
    }),
  );
}

function reasonOf(code: WaitReason, detail: string, facts: WaitingReason['facts'], remedy = REMEDIES[code]): WaitingReason {
  return { code, detail, remedy, facts };
}

function whileFreed(reason: WaitingReason): WaitingReason {
  const { code, facts } = reason;
  return code === 'capacity' || code === 'concurrency limit' ? { ...reason, remedy: FREED, facts: { ...facts, beingFreed: true } } : reason;
}

function inadmissibleReasons(job: QueuedJob, state: CycleState, lacking: InadmissibleReason | undefined): WaitingReason[] {
  const { inadmissible } = job;
  const excess = state.limits.excessOf(job);
  const known = lacking === undefined || inadmissible?.reason === lacking.reason ? [inadmissible] : [inadmissible, lacking];
  const reasons = known.flatMap((each) => (each === undefined ? [] : [reasonOf(each.reason, each.detail, each.facts ?? {})]));
  if (excess === undefined) return reasons;
  const { kind, limit, inUse, needed } = excess;
  // How much others use of a common limit is not told.
  const own: WaitingReason['facts'] = kind === 'company' || kind === 'project' ? { usedGpus: inUse } : {};
  const facts = { gpuClass: job.gpuClass, limitOf: kind, limitGpus: limit, neededGpus: needed, ...own };
  return [...reasons, reasonOf('concurrency limit', sentenceOfExcess(excess, job.gpuClass), facts)];
}

/** The job of each class that has the reservation: the first that waits for nodes and is expected to start. */
interface ReservedJob {
  readonly job: QueuedJob;
  readonly startsBy: Instant;
}

function reservedJobs(waits: readonly { readonly wait: Wait; readonly job: QueuedJob }[]): Map<string, ReservedJob> {
  const reserved = new Map<string, ReservedJob>();
  for (const { wait, job } of waits)
    if (wait.expectedStart !== undefined && !reserved.has(job.gpuClass)) reserved.set(job.gpuClass, { job, startsBy: wait.expectedStart });
  return reserved;
}

/** What nodes keep from a shape. */
interface ShapeFacts {
  readonly fitsNow: boolean;
  readonly fitsOnClosedToo: boolean;
  /** When closed nodes that would hold it are announced to open again. */
  readonly opensAt?: Instant;
}

/** The reasons that nodes give. */
class NodeReasons {
  readonly #state: CycleState;
  readonly #reserved: ReadonlyMap<string, ReservedJob>;
  readonly #shapes = new Map<string, ShapeFacts>();
  readonly #free = new Map<string, { readonly gpus: number; readonly where: string }>();

  constructor(state: CycleState, reserved: ReadonlyMap<string, ReservedJob>) {
    this.#state = state;
    this.#reserved = reserved;
  }

  of(job: QueuedJob): WaitingReason[] {
    const { fitsNow, fitsOnClosedToo, opensAt } = this.#factsOf({ ...job, avoidedNodes: new Set() });
    const avoids = job.avoidedNodes !== undefined && !this.#factsOf(job).fitsNow;
    const backOff = avoids ? [reasonOf('back-off', job.avoidedBecause ?? 'It avoids the nodes that rejected it.', {})] : [];
    if (avoids && fitsNow) return backOff;
    if (fitsNow) return this.#state.place(job) === undefined ? this.#behindReservation(job) : [];
    return [...(fitsOnClosedToo ? [this.#maintenance(job, opensAt)] : []), this.#capacity(job), ...backOff];
  }

  #behindReservation(job: QueuedJob): WaitingReason[] {
    const reserved = this.#reserved.get(job.gpuClass);
    if (reserved === undefined) return [];
    const startsBy = formatInstant(reserved.startsBy);
    const ofOwnCompany = reserved.job.tenantId === job.tenantId;
    const whose = ofOwnCompany ? 'another job of your company' : 'a job of another company';
    const detail = `Enough GPUs of ${job.gpuClass} are free, but they are reserved for ${whose}, which starts by ${startsBy}.`;
    const remedy = `It starts after that job, or at once with a max runtime that ends before ${startsBy}.`;
    return [reasonOf('behind reservation', detail, { gpuClass: job.gpuClass, startsBy, ofOwnCompany }, remedy)];
  }

  #maintenance({ gpuClass }: QueuedJob, opensAt: Instant | undefined): WaitingReason {
    const { free, now } = this.#state;
    const closesAt = free.layout.closings(gpuClass).find((at) => at > now);
    const [begins, ends] = [closesAt, opensAt].map((at) => (at === undefined ? undefined : formatInstant(at)));
    const closed = begins === undefined ? 'are closed' : `close for maintenance from ${begins}, or are closed now`;
    const end = ends === undefined ? 'no end is announced' : `are announced to open again at ${ends}`;
    const detail = `Nodes of ${gpuClass} that would hold it ${closed}, and ${end}.`;
    const later = ends === undefined ? 'when the nodes are open again' : `when the nodes are open again, not before ${ends}`;
    const sooner =
      begins === undefined ? '' : `, or at once with a max runtime that ends before ${begins}, where enough is free until then`;
    const facts = { gpuClass, ...(begins !== undefined && { closesAt: begins }), ...(ends !== undefined && { opensAt: ends }) };
    return reasonOf('maintenance', detail, facts, `It starts ${later}${sooner}.`);
  }

  #capacity(job: QueuedJob): WaitingReason {
    const shortage = domainShortage(this.#state.free, job);
    if (shortage !== undefined) return domainReason(shortage, job);
    const { gpuClass, replicas, replica } = job;
    const { gpus, where } = this.#freeOf(gpuClass);
    const each = replicas > 1 ? ` as ${replicas} × ${replica.gpus}` : ' on one node';
    const detail = `Needs ${gpusOf(job)} GPUs of ${gpuClass}${each}; ${gpus} are free${where}.`;
    return reasonOf('capacity', detail, { gpuClass, neededGpus: gpusOf(job), gpusPerReplica: replica.gpus, freeGpus: gpus, where });
  }

  #freeOf(gpuClass: string): { readonly gpus: number; readonly where: string } {
    const known = this.#free.get(gpuClass) ?? { gpus: this.#state.free.freeGpus(gpuClass), where: freeWhere(this.#state.free, gpuClass) };
    this.#free.set(gpuClass, known);
    return known;
  }

  #factsOf(job: QueuedJob): ShapeFacts {
    const { gpuClass, replicas, replica, topology, longestSeconds, avoidedNodes } = job;
    const { free, empty, now } = this.#state;
    const length = free.layout.nodesOf(gpuClass).closing.length > 0 ? longestSeconds : '';
    const avoided = [...(avoidedNodes ?? [])].sort().join();
    const shape = [gpuClass, replicas, replica.gpus, replica.cpuMillis, replica.memoryBytes, replica.ephemeralBytes];
    const key = [...shape, length, avoided, keyOfTopology(topology)].join('/');
    let facts = this.#shapes.get(key);
    if (facts === undefined) {
      const endsBy = now + longestSeconds;
      const fitsNow = free.place(job, endsBy) !== undefined;
      const holding = free.placeOnClosedToo(job) === undefined ? empty : free;
      const fitsOnClosedToo = holding === free || (empty.place(job, endsBy) === undefined && empty.placeOnClosedToo(job) !== undefined);
      const opensAt = !fitsNow && fitsOnClosedToo ? holding.announcedOpening(job, now, endsBy) : undefined;
      facts = { fitsNow, fitsOnClosedToo, ...(opensAt !== undefined && { opensAt }) };
      this.#shapes.set(key, facts);
    }
    return facts;
  }
}

/** Such as `: 8 on each of 2 nodes, 4 on 1 node`; the nodes with the most free GPUs first. */
function freeWhere(free: FreeNodes, gpuClass: string): string {
  const groups = [...free.openNodesByFreeGpus(gpuClass)].filter(([gpus]) => gpus > 0).toSorted(([a], [b]) => b - a);
  const named = groups
    .slice(0, NODE_GROUPS)
    .map(([gpus, nodes]) => (nodes === 1 ? `${gpus} on 1 node` : `${gpus} on each of ${nodes} nodes`));
  if (named.length === 0) return '';
  return `: ${named.join(', ')}${groups.length > NODE_GROUPS ? ', the rest on others' : ''}`;
}

function domainReason(shortage: DomainShortage, job: QueuedJob): WaitingReason {
  const { key, domain = '', places, missing, freeGpus } = shortage;
  const facts = {
    ...{ gpuClass: job.gpuClass, neededGpus: gpusOf(job), gpusPerReplica: job.replica.gpus, freeGpus },
    ...{ topologyKey: key, domain, placesThere: places, missingReplicas: missing },
  };
  const remedy = `It starts when enough running jobs in one domain "${key}" have ended. With "prefer" instead of "require" it can start on nodes of several.`;
  return reasonOf('capacity', sentenceOfShortage(shortage, job), facts, remedy);
}
