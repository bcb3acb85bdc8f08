import type { Instant } from '#kernel';
import { NodeLayout } from './node-layout.ts';
import { NodesByFreeGpus } from './nodes-by-free-gpus.ts';
import type { Policy } from './queue.ts';
import { ReservedNodes } from './reserved-nodes.ts';
import { type NodeUse, placesWithin, type Shape } from './shape.ts';
import type { NodeCapacity } from './snapshot.ts';

/**
 * What is free on each node. A cycle occupies and releases its own copy. Numbers are kept in arrays by the position of the node, so that a
 * copy is cheap, and the nodes of a class are kept in the order in which they are filled, so that a search reads only nodes with enough
 * free GPUs.
 */
export class FreeNodes {
  readonly layout: NodeLayout;
  readonly placement: Policy['placement'];
  readonly #cpuMillis: Float64Array;
  readonly #memoryBytes: Float64Array;
  readonly #classes: ReadonlyMap<string, NodesByFreeGpus>;

  private constructor(
    layout: NodeLayout,
    placement: Policy['placement'],
    cpuMillis: Float64Array,
    memoryBytes: Float64Array,
    classes: ReadonlyMap<string, NodesByFreeGpus>,
  ) {
    this.layout = layout;
    this.placement = placement;
    this.#cpuMillis = cpuMillis;
    this.#memoryBytes = memoryBytes;
    this.#classes = classes;
  }

  /** Empty nodes. */
  static of(nodes: readonly NodeCapacity[], placement: Policy['placement']): FreeNodes {
    const layout = new NodeLayout(nodes);
    return new FreeNodes(
      layout,
      placement,
      Float64Array.from(layout.nodes, ({ cpuMillis }) => cpuMillis),
      Float64Array.from(layout.nodes, ({ memoryBytes }) => memoryBytes),
      new Map([...layout.classes].map((gpuClass) => [gpuClass, NodesByFreeGpus.of(layout, gpuClass)])),
    );
  }

  copy(): FreeNodes {
    const classes = new Map([...this.#classes].map(([gpuClass, nodes]) => [gpuClass, nodes.copy()]));
    return new FreeNodes(this.layout, this.placement, this.#cpuMillis.slice(), this.#memoryBytes.slice(), classes);
  }

  /** Takes what `use` needs. A node that is gone is ignored. */
  occupy(use: NodeUse): void {
    this.#add(use, -1);
  }

  release(use: NodeUse): void {
    this.#add(use, 1);
  }

  /** Free GPUs of a class on the nodes that are open to it. */
  freeGpus(gpuClass: string): number {
    const { members, isOpen } = this.layout.nodesOf(gpuClass);
    const nodes = this.#classes.get(gpuClass);
    return members.reduce((sum, position) => sum + (isOpen[position] === true ? Math.max(0, nodes?.gpusOn(position) ?? 0) : 0), 0);
  }

  /** How many nodes that are open to a class have so many free GPUs of it, by the number of GPUs. */
  openNodesByFreeGpus(gpuClass: string): Map<number, number> {
    const { members, isOpen } = this.layout.nodesOf(gpuClass);
    const counts = new Map<number, number>();
    for (const position of members) {
      if (isOpen[position] !== true) continue;
      const gpus = Math.max(0, this.#classes.get(gpuClass)?.gpusOn(position) ?? 0);
      counts.set(gpus, (counts.get(gpus) ?? 0) + 1);
    }
    return counts;
  }

  /**
   * A node for each replica, or undefined when they do not all fit at once (rule S2). Where the policy packs, it is the
   * best fit (rule S4): each replica goes to the node with the fewest free GPUs after it, so that empty nodes stay empty for whole-node
   * replicas. All replicas are equal, so filling one node after the other finds a placement whenever there is one.
   * @param endsBy the latest end: the job must not run into a maintenance window
   * @param beside nodes as they will be at a later instant, on which the replicas must fit too
   */
  place(shape: Shape, endsBy: Instant, beside: readonly ReservedNodes[] = []): string[] | undefined {
    const { isOpen } = this.layout.nodesOf(shape.gpuClass);
    return this.#placeOn(shape, beside, (position) => isOpen[position] === true && (this.layout.closesAt[position] ?? 0) >= endsBy);
  }

  /** As `place`, but also on nodes that are closed or about to close. */
  placeOnClosedToo(shape: Shape): string[] | undefined {
    return this.#placeOn(shape, [], () => true);
  }

  #placeOn(shape: Shape, beside: readonly ReservedNodes[], isUsable: (position: number) => boolean): string[] | undefined {
    const possible = this.#classes.get(shape.gpuClass)?.atLeast(shape.replica.gpus) ?? [];
    const candidates: Candidate[] = [];
    let missing = shape.replicas;
    for (const position of this.placement === 'pack' ? possible : possible.toReversed()) {
      if (!isUsable(position) || this.#avoids(shape, position)) continue;
      let places = this.placesOn(position, shape);
      for (const reserved of beside) places = Math.min(places, reserved.placesOn(position, shape));
      if (places === 0) continue;
      candidates.push({ position, places });
      missing -= places;
      if (missing <= 0 && this.placement === 'pack') break;
    }
    if (missing > 0) return undefined;
    const positions = this.placement === 'pack' ? packed(candidates, shape.replicas) : spread(candidates, shape.replicas);
    return positions.map((position) => this.layout.nameOf(position));
  }

  /** How many replicas fit on nodes that are open and not about to close. */
  openPlaces(shape: Shape): number {
    let places = 0;
    for (const position of this.#classes.get(shape.gpuClass)?.atLeast(shape.replica.gpus) ?? []) {
      places += this.openPlacesOn(position, shape);
      if (places >= shape.replicas) break;
    }
    return places;
  }

  /** How many replicas fit on a node, where it is open and not about to close; otherwise none. */
  openPlacesOn(position: number, shape: Shape): number {
    const { isOpen } = this.layout.nodesOf(shape.gpuClass);
    if (isOpen[position] !== true || this.layout.closesAt[position] !== Infinity || this.#avoids(shape, position)) return 0;
    return this.placesOn(position, shape);
  }

  /** How many replicas fit on the nodes that are about to close, and end before that. */
  closingPlaces(shape: Shape, endsBy: Instant): number {
    let places = 0;
    for (const position of this.layout.nodesOf(shape.gpuClass).closing)
      if ((this.layout.closesAt[position] ?? 0) >= endsBy && !this.#avoids(shape, position)) places += this.placesOn(position, shape);
    return places;
  }

  /** How many replicas fit on a node, whether it is open or not; at most as many as there are. */
  placesOn(position: number, { gpuClass, replica, replicas }: Shape): number {
    const gpus = this.#classes.get(gpuClass)?.gpusOn(position) ?? 0;
    return placesWithin(gpus, this.#cpuMillis[position] ?? 0, this.#memoryBytes[position] ?? 0, replica, replicas);
  }

  /** The nodes of a placement as they are now. */
  only(placement: readonly string[]): ReservedNodes {
    const positions = new Set(placement.flatMap((name) => this.layout.positionOf(name) ?? []));
    const free = [...positions].map((position) => {
      const classes = Object.keys(this.layout.nodes[position]?.gpus ?? {});
      const gpus = new Map(classes.map((gpuClass) => [gpuClass, this.#classes.get(gpuClass)?.gpusOn(position) ?? 0]));
      return [position, { gpus, cpuMillis: this.#cpuMillis[position] ?? 0, memoryBytes: this.#memoryBytes[position] ?? 0 }] as const;
    });
    return new ReservedNodes(this.layout, new Map(free));
  }

  #avoids({ avoidedNodes }: Shape, position: number): boolean {
    return avoidedNodes?.has(this.layout.nameOf(position)) === true;
  }

  #add({ node, gpuClass, replica }: NodeUse, sign: 1 | -1): void {
    const position = this.layout.positionOf(node);
    if (position === undefined) return;
    if (this.layout.has(position, gpuClass)) this.#classes.get(gpuClass)?.add(position, sign * replica.gpus);
    this.#cpuMillis[position] = (this.#cpuMillis[position] ?? 0) + sign * replica.cpuMillis;
    this.#memoryBytes[position] = (this.#memoryBytes[position] ?? 0) + sign * replica.memoryBytes;
  }
}

/** How many replicas a node could take. */
interface Candidate {
  readonly position: number;
  readonly places: number;
}

/** One node after the other is filled. */
function packed(nodes: readonly Candidate[], replicas: number): number[] {
  return nodes.flatMap(({ position, places }) => Array.from({ length: places }, () => position)).slice(0, replicas);
}

/** Each node gets one replica before any gets another. */
function spread(nodes: readonly Candidate[], replicas: number): number[] {
  const positions: number[] = [];
  for (let round = 0; positions.length < replicas; round += 1)
    for (const { position, places } of nodes) if (places > round && positions.length < replicas) positions.push(position);
  return positions;
}
