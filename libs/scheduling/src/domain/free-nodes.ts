import type { Instant } from '#kernel';
import type { NodeCapacity, Occupant, Replica } from './snapshot.ts';

/** What is to be placed: all replicas or none. */
export interface Shape {
  readonly gpuClass: string;
  readonly replicas: number;
  readonly replica: Replica;
  /** Nodes that it keeps off, though they are open. */
  readonly avoidedNodes?: ReadonlySet<string>;
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
   * @param beside what must be free as well: nodes as they will be at a later instant
   */
  place(shape: Shape, endsBy: Instant, beside: readonly FreeNodes[] = []): string[] | undefined {
    return this.#placeOn(shape, beside, ({ open, closesAt }) => open && (closesAt === undefined || closesAt >= endsBy));
  }

  /** As `place`, as if no node were closed or about to close. */
  placeOnClosedToo(shape: Shape): string[] | undefined {
    return this.#placeOn(shape, [], () => true);
  }

  #placeOn(shape: Shape, beside: readonly FreeNodes[], isUsable: (node: NodeCapacity) => boolean): string[] | undefined {
    const { gpuClass, replica, avoidedNodes } = shape;
    // By free GPUs, each in the order of names: cheaper than sorting every node for every job.
    const byFreeGpus = new Map<number, { readonly name: string; readonly places: number }[]>();
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
    const placement: string[] = [];
    for (const gpus of [...byFreeGpus.keys()].sort((a, b) => a - b)) {
      for (const { name, places } of byFreeGpus.get(gpus) ?? []) {
        const taken = Math.min(places, shape.replicas - placement.length);
        for (let n = 0; n < taken; n += 1) placement.push(name);
        if (placement.length === shape.replicas) return placement;
      }
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
