import type { Instant } from '#kernel';
import type { NodeCapacity, Occupant, Replica } from './snapshot.ts';

/** What is to be placed: all replicas or none. */
export interface Shape {
  readonly gpuClass: string;
  readonly replicas: number;
  readonly replica: Replica;
}

interface Free {
  readonly capacity: NodeCapacity;
  readonly gpus: Map<string, number>;
  cpuMillis: number;
  memoryBytes: number;
}

function byName(a: Free, b: Free): number {
  return a.capacity.name < b.capacity.name ? -1 : 1;
}

/** What is free on each node: a working copy that a cycle occupies and releases. */
export class FreeNodes {
  readonly #nodes: Map<string, Free>;

  private constructor(nodes: Iterable<Free>) {
    this.#nodes = new Map([...nodes].map((free) => [free.capacity.name, free]));
  }

  /** Empty nodes. */
  static of(nodes: readonly NodeCapacity[]): FreeNodes {
    return new FreeNodes(
      nodes
        .map((capacity) => ({
          capacity,
          gpus: new Map(Object.entries(capacity.gpus)),
          cpuMillis: capacity.cpuMillis,
          memoryBytes: capacity.memoryBytes,
        }))
        .sort(byName),
    );
  }

  copy(): FreeNodes {
    return new FreeNodes([...this.#nodes.values()].map((free) => ({ ...free, gpus: new Map(free.gpus) })));
  }

  /** On each node what is free both here and in `other`. */
  meet(other: FreeNodes): FreeNodes {
    const both = this.copy();
    for (const [name, free] of both.#nodes) {
      const there = other.#nodes.get(name);
      for (const [gpuClass, gpus] of free.gpus) free.gpus.set(gpuClass, Math.min(gpus, there?.gpus.get(gpuClass) ?? 0));
      free.cpuMillis = Math.min(free.cpuMillis, there?.cpuMillis ?? 0);
      free.memoryBytes = Math.min(free.memoryBytes, there?.memoryBytes ?? 0);
    }
    return both;
  }

  /** Takes what `occupant` uses; a node that vanished has nothing to take. */
  occupy(occupant: Pick<Occupant, 'node' | 'gpuClass' | 'replica'>): void {
    this.#add(occupant, -1);
  }

  release(occupant: Pick<Occupant, 'node' | 'gpuClass' | 'replica'>): void {
    this.#add(occupant, 1);
  }

  /** GPUs of a class that are free on nodes that are open. */
  freeGpus(gpuClass: string): number {
    let sum = 0;
    for (const { capacity, gpus } of this.#nodes.values()) if (capacity.open) sum += Math.max(0, gpus.get(gpuClass) ?? 0);
    return sum;
  }

  /**
   * A node for each replica, or undefined when they do not all fit (rule S2). Best fit (rule S4): each replica goes to the node
   * with the fewest GPUs left after it, so that whole-node replicas find the empty nodes still empty. As replicas are equal,
   * taking nodes one by one misses no way to fit.
   * @param endsBy when it will have ended at the latest: it must not run into a maintenance window
   */
  place(shape: Shape, endsBy: Instant, closedToo = false): string[] | undefined {
    const { gpuClass, replica } = shape;
    const candidates = [...this.#nodes.values()]
      .filter(({ capacity }) => closedToo || (capacity.open && (capacity.closesAt === undefined || capacity.closesAt >= endsBy)))
      .map((free) => ({ free, gpus: free.gpus.get(gpuClass) ?? 0, places: placesOn(free, gpuClass, replica) }))
      .filter(({ places }) => places > 0)
      .sort((a, b) => a.gpus - b.gpus || byName(a.free, b.free));
    const placement: string[] = [];
    for (const { free, places } of candidates) {
      const taken = Math.min(places, shape.replicas - placement.length);
      for (let n = 0; n < taken; n += 1) placement.push(free.capacity.name);
      if (placement.length === shape.replicas) return placement;
    }
    return undefined;
  }

  /** Whether no node has less than nothing free. */
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

function placesOn(free: Free, gpuClass: string, replica: Replica): number {
  const parts: [number, number][] = [
    [free.gpus.get(gpuClass) ?? 0, replica.gpus],
    [free.cpuMillis, replica.cpuMillis],
    [free.memoryBytes, replica.memoryBytes],
  ];
  return Math.min(...parts.map(([has, needs]) => (needs === 0 ? Infinity : Math.max(0, Math.floor(has / needs)))));
}
