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

function freeOn({ capacity, occupants }: PlainNode, what: 'cpuMillis' | 'memoryBytes'): number {
  return capacity[what] - occupants.reduce((sum, { replica }) => sum + replica[what], 0);
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
    ),
  );
}

/** Whether no node holds more than it has. */
export function isSound(nodes: PlainNodes): boolean {
  return nodes.every(
    (node) =>
      freeOn(node, 'cpuMillis') >= 0 &&
      freeOn(node, 'memoryBytes') >= 0 &&
      Object.keys(node.capacity.gpus).every((gpuClass) => freeGpusOn(node, gpuClass) >= 0),
  );
}

/** A node for each replica on the usable nodes, packed or spread (rules S2, S4), beside other states of the same nodes. */
export function plainPlace(
  nodes: PlainNodes,
  job: QueuedJob,
  how: Policy['placement'],
  isUsable: (capacity: NodeCapacity) => boolean,
  beside: readonly PlainNodes[] = [],
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
