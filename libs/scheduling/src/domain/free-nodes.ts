import { compareBytes, type Instant } from '#kernel';
import type { NodeCapacity, Occupant, Replica } from './snapshot.ts';

/** What is placed together: all replicas or none. */
export interface Shape {
  readonly gpuClass: string;
  readonly replicas: number;
  readonly replica: Replica;
  /** Open nodes that it must not use. */
  readonly avoidedNodes?: ReadonlySet<string>;
}

interface Free {
  readonly capacity: NodeCapacity;
  readonly gpus: Map<string, number>;
  cpuMillis: number;
  memoryBytes: number;
}

function byName(a: Free, b: Free): number {
  return compareBytes(a.capacity.name, b.capacity.name);
}

/** What is free on each node. A cycle occupies and releases its own copy. */
export class FreeNodes {
  readonly #nodes: Map<string, Free>;

  private constructor(
    nodes: Iterable<Free>,
    private readonly placement: 'pack' | 'spread',
  ) {
    this.#nodes = new Map([...nodes].map((free) => [free.capacity.name, free]));
  }

  /** Empty nodes. */
  static of(nodes: readonly NodeCapacity[], placement: 'pack' | 'spread' = 'pack'): FreeNodes {
    return new FreeNodes(
      nodes
        .map((capacity) => ({
          capacity,
          gpus: new Map(Object.entries(capacity.gpus)),
          cpuMillis: capacity.cpuMillis,
          memoryBytes: capacity.memoryBytes,
        }))
        .sort(byName),
      placement,
    );
  }

  copy(): FreeNodes {
    return new FreeNodes(
      [...this.#nodes.values()].map((free) => ({ ...free, gpus: new Map(free.gpus) })),
      this.placement,
    );
  }

  /** Takes what `occupant` uses. A node that is gone is ignored. */
  occupy(occupant: Pick<Occupant, 'node' | 'gpuClass' | 'replica'>): void {
    this.#add(occupant, -1);
  }

  release(occupant: Pick<Occupant, 'node' | 'gpuClass' | 'replica'>): void {
    this.#add(occupant, 1);
  }

  /** Free GPUs of a class on the nodes that are open to it. */
  freeGpus(gpuClass: string): number {
    let sum = 0;
    for (const { capacity, gpus } of this.#nodes.values())
      if (capacity.openTo.includes(gpuClass)) sum += Math.max(0, gpus.get(gpuClass) ?? 0);
    return sum;
  }

  /**
   * A node for each replica, or undefined when they do not all fit at once (rule S2). Best fit (rule S4): each replica goes to the node
   * with the fewest free GPUs after it, so that empty nodes stay empty for whole-node replicas. All replicas are equal, so filling one
   * node after the other finds a placement whenever there is one.
   * @param endsBy the latest end: the job must not run into a maintenance window
   * @param beside nodes as they will be at a later instant, on which the replicas must fit too
   */
  place(shape: Shape, endsBy: Instant, beside: readonly FreeNodes[] = []): string[] | undefined {
    return this.#placeOn(
      shape,
      beside,
      ({ openTo, closesAt }) => openTo.includes(shape.gpuClass) && (closesAt === undefined || closesAt >= endsBy),
    );
  }

  /** As `place`, but also on nodes that are closed or about to close. */
  placeOnClosedToo(shape: Shape): string[] | undefined {
    return this.#placeOn(shape, [], () => true);
  }

  #placeOn(shape: Shape, beside: readonly FreeNodes[], isUsable: (node: NodeCapacity) => boolean): string[] | undefined {
    const { gpuClass, replica, avoidedNodes } = shape;
    // Grouped by free GPUs, each group in the order of names: cheaper than sorting all nodes for every job.
    const byFreeGpus = new Map<number, Places[]>();
    for (const [name, free] of this.#nodes) {
      const gpus = free.gpus.get(gpuClass) ?? 0;
      if (gpus < replica.gpus || !isUsable(free.capacity) || avoidedNodes?.has(name) === true) continue;
      let places = placesOn(free, gpuClass, replica);
      for (const other of beside) places = Math.min(places, placesOn(other.#nodes.get(name), gpuClass, replica));
      if (places === 0) continue;
      const alike = byFreeGpus.get(gpus);
      if (alike === undefined) byFreeGpus.set(gpus, [{ name, places }]);
      else alike.push({ name, places });
    }
    const fullestFirst = [...byFreeGpus.keys()].sort((a, b) => a - b).flatMap((gpus) => byFreeGpus.get(gpus) ?? []);
    return this.placement === 'pack' ? packed(fullestFirst, shape.replicas) : spread(fullestFirst.reverse(), shape.replicas);
  }

  /** Whether no node is overcommitted. */
  get sound(): boolean {
    return [...this.#nodes.values()].every(
      ({ gpus, cpuMillis, memoryBytes }) => cpuMillis >= 0 && memoryBytes >= 0 && [...gpus.values()].every((free) => free >= 0),
    );
  }

  #add({ node, gpuClass, replica }: Pick<Occupant, 'node' | 'gpuClass' | 'replica'>, sign: 1 | -1): void {
    const free = this.#nodes.get(node);
    if (free === undefined) return;
    free.gpus.set(gpuClass, (free.gpus.get(gpuClass) ?? 0) + sign * replica.gpus);
    free.cpuMillis += sign * replica.cpuMillis;
    free.memoryBytes += sign * replica.memoryBytes;
  }
}

/** How many replicas a node could take. */
interface Places {
  readonly name: string;
  readonly places: number;
}

/** One node after the other is filled. */
function packed(nodes: readonly Places[], replicas: number): string[] | undefined {
  const placement: string[] = [];
  for (const { name, places } of nodes) {
    const taken = Math.min(places, replicas - placement.length);
    for (let n = 0; n < taken; n += 1) placement.push(name);
    if (placement.length === replicas) return placement;
  }
  return undefined;
}

/** Each node gets one replica before any gets another. */
function spread(nodes: readonly Places[], replicas: number): string[] | undefined {
  const placement: string[] = [];
  for (let round = 0; ; round += 1) {
    const before = placement.length;
    for (const { name, places } of nodes) {
      if (placement.length === replicas) return placement;
      if (places > round) placement.push(name);
    }
    if (placement.length === before) return placement.length === replicas ? placement : undefined;
  }
}

function placesOn(free: Free | undefined, gpuClass: string, replica: Replica): number {
  if (free === undefined) return 0;
  return Math.max(
    0,
    Math.min(
      times(free.gpus.get(gpuClass) ?? 0, replica.gpus),
      times(free.cpuMillis, replica.cpuMillis),
      times(free.memoryBytes, replica.memoryBytes),
    ),
  );
}

function times(has: number, needs: number): number {
  return needs === 0 ? Infinity : Math.floor(has / needs);
}
