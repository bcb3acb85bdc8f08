import { compareBytes, type Instant } from '#kernel';
import type { Policy, QueuedJob } from '../domain/queue.ts';
import type { NodeCapacity, Occupant } from '../domain/snapshot.ts';

interface PlainNode {
  readonly capacity: NodeCapacity;
  readonly occupants: readonly Occupant[];
}

/** The nodes and all that occupies them, as a value. Everything is computed anew from it. */
export type PlainNodes = readonly PlainNode[];

export function plainNodes(nodes: readonly NodeCapacity[], occupants: readonly Occupant[]): PlainNodes {
  return nodes
    .toSorted((a, b) => compareBytes(a.name, b.name))
    .map((capacity) => ({ capacity, occupants: occupants.filter(({ node }) => node === capacity.name) }));
}

export function withOccupants(nodes: PlainNodes, added: readonly Occupant[]): PlainNodes {
  return nodes.map(({ capacity, occupants }) => ({
    capacity,
    occupants: [...occupants, ...added.filter(({ node }) => node === capacity.name)],
  }));
}

/** What still runs after `at`. */
export function nodesAt(nodes: PlainNodes, at: Instant): PlainNodes {
  return nodes.map(({ capacity, occupants }) => ({ capacity, occupants: occupants.filter(({ endsBy }) => endsBy > at) }));
}

export function freeGpusOn({ capacity, occupants }: PlainNode, gpuClass: string): number {
  const used = occupants.filter((each) => each.gpuClass === gpuClass).reduce((sum, { replica }) => sum + replica.gpus, 0);
  return (capacity.gpus[gpuClass] ?? 0) - used;
}

function freeOn({ capacity, occupants }: PlainNode, what: 'cpuMillis' | 'memoryBytes' | 'ephemeralBytes'): number {
  return (capacity[what] ?? 0) - occupants.reduce((sum, { replica }) => sum + (replica[what] ?? 0), 0);
}

/** How many replicas fit on the node. */
export function plainPlaces(node: PlainNode | undefined, { gpuClass, replica }: QueuedJob): number {
  if (node === undefined) return 0;
  const times = (has: number, needs: number): number => (needs === 0 ? Infinity : Math.floor(has / needs));
  return Math.max(
    0,
    Math.min(
      times(freeGpusOn(node, gpuClass), replica.gpus),
      times(freeOn(node, 'cpuMillis'), replica.cpuMillis),
      times(freeOn(node, 'memoryBytes'), replica.memoryBytes),
      times(freeOn(node, 'ephemeralBytes'), replica.ephemeralBytes ?? 0),
    ),
  );
}

/** Whether no node holds more than it has. */
export function isSound(nodes: PlainNodes): boolean {
  return nodes.every(
    (node) =>
      freeOn(node, 'cpuMillis') >= 0 &&
      freeOn(node, 'memoryBytes') >= 0 &&
      freeOn(node, 'ephemeralBytes') >= 0 &&
      Object.keys(node.capacity.gpus).every((gpuClass) => freeGpusOn(node, gpuClass) >= 0),
  );
}

/** A node for each replica on the usable nodes (rules S2, S4): within the smallest domain of the kind that the job asks for, or that leaves the same fragments. */
export function plainPlace(
  nodes: PlainNodes,
  job: QueuedJob,
  how: Policy['placement'],
  isUsable: (capacity: NodeCapacity) => boolean,
  beside: readonly PlainNodes[] = [],
): string[] | undefined {
  const onUsable = (within: (capacity: NodeCapacity) => boolean): string[] | undefined =>
    placeAnywhere(nodes, job, how, (capacity) => isUsable(capacity) && within(capacity), beside);
  const anywhere = onUsable(() => true);
  const freeOf = (name: string): number | undefined => {
    const found = nodes.find(({ capacity }) => capacity.name === name);
    return found && freeGpusOn(found, job.gpuClass);
  };
  const levelsOf = (placement: readonly string[]): string => [...new Set(placement)].map(freeOf).join();
  const smallest = (holds: (placement: readonly string[]) => boolean, key?: string): string[] | undefined =>
    domainsOf(nodes, job.gpuClass)
      .filter((domain) => key === undefined || domain.key === key)
      .map((domain) => ({ ...domain, placement: onUsable(({ domains = {} }) => domains[domain.key] === domain.name) }))
      .filter(({ placement }) => placement !== undefined && holds(placement))
      .toSorted((a, b) => a.free - b.free || a.members - b.members || compareBytes(a.key, b.key) || compareBytes(a.name, b.name))[0]
      ?.placement;
  if (job.topology === undefined) {
    const isOnSeveral = anywhere !== undefined && how === 'pack' && new Set(anywhere).size > 1;
    return isOnSeveral ? (smallest((placement) => levelsOf(placement) === levelsOf(anywhere)) ?? anywhere) : anywhere;
  }
  const within = smallest(() => true, job.topology.key);
  return job.topology.mode === 'require' ? within : (within ?? anywhere);
}

/** The domains of the nodes with GPUs of a class, with their size. */
function domainsOf(nodes: PlainNodes, gpuClass: string): { key: string; name: string; free: number; members: number }[] {
  const ofClass = nodes.filter(({ capacity }) => Object.hasOwn(capacity.gpus, gpuClass));
  const inDomains = ofClass.flatMap((node) => Object.entries(node.capacity.domains ?? {}).map(([key, name]) => ({ key, name, node })));
  return [...Map.groupBy(inDomains, ({ key, name }) => `${key} ${name}`).values()].flatMap((own) => {
    const open = own.filter(({ node }) => node.capacity.openTo.includes(gpuClass));
    const free = open.reduce((sum, { node }) => sum + Math.max(0, freeGpusOn(node, gpuClass)), 0);
    return own.slice(0, 1).map(({ key, name }) => ({ key, name, free, members: own.length }));
  });
}

function placeAnywhere(
  nodes: PlainNodes,
  job: QueuedJob,
  how: Policy['placement'],
  isUsable: (capacity: NodeCapacity) => boolean,
  beside: readonly PlainNodes[],
): string[] | undefined {
  const fullestFirst = nodes
    .map((node, index) => ({ node, places: [node, ...beside.map((other) => other[index])].map((each) => plainPlaces(each, job)) }))
    .filter(({ node: { capacity } }) => Object.hasOwn(capacity.gpus, job.gpuClass) && isUsable(capacity))
    .filter(({ node: { capacity } }) => job.avoidedNodes?.has(capacity.name) !== true)
    .toSorted((a, b) => freeGpusOn(a.node, job.gpuClass) - freeGpusOn(b.node, job.gpuClass))
    .map(({ node, places }) => Array.from({ length: Math.min(job.replicas, ...places) }, () => node.capacity.name));
  const rounds = [...Array(job.replicas).keys()].flatMap((round) =>
    fullestFirst.toReversed().flatMap((names) => names.slice(round, round + 1)),
  );
  const placement = (how === 'pack' ? fullestFirst.flat() : rounds).slice(0, job.replicas);
  return placement.length === job.replicas ? placement : undefined;
}
