import type { Instant } from '#kernel';
import { NodeLayout } from './node-layout.ts';
import { NodesByFreeGpus } from './nodes-by-free-gpus.ts';
import type { Policy } from './queue.ts';
import { ReservedNodes } from './reserved-nodes.ts';
import { type NodeUse, placesWithin, type Shape } from './shape.ts';
import type { NodeCapacity } from './snapshot.ts';
import type { Candidate, HoldingDomain, TopologyDomain } from './topology-domains.ts';

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
  readonly #ephemeralBytes: Float64Array;
  readonly #classes: ReadonlyMap<string, NodesByFreeGpus>;

  private constructor(
    layout: NodeLayout,
    placement: Policy['placement'],
    cpuMillis: Float64Array,
    memoryBytes: Float64Array,
    ephemeralBytes: Float64Array,
    classes: ReadonlyMap<string, NodesByFreeGpus>,
  ) {
    this.layout = layout;
    this.placement = placement;
    this.#cpuMillis = cpuMillis;
    this.#memoryBytes = memoryBytes;
    this.#ephemeralBytes = ephemeralBytes;
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
      Float64Array.from(layout.nodes, ({ ephemeralBytes }) => ephemeralBytes ?? 0),
      new Map([...layout.classes].map((gpuClass) => [gpuClass, NodesByFreeGpus.of(layout, gpuClass)])),
    );
  }

  copy(): FreeNodes {
    const classes = new Map([...this.#classes].map(([gpuClass, nodes]) => [gpuClass, nodes.copy()]));
    const [cpuMillis, memoryBytes, ephemeralBytes] = [this.#cpuMillis, this.#memoryBytes, this.#ephemeralBytes];
    return new FreeNodes(this.layout, this.placement, cpuMillis.slice(), memoryBytes.slice(), ephemeralBytes.slice(), classes);
  }

  /** Whether all of `uses` together fit on their nodes, closed or not. */
  holds(uses: readonly NodeUse[]): boolean {
    for (const use of uses) this.occupy(use);
    const holds = uses.every(({ node, gpuClass }) => {
      const position = this.layout.positionOf(node);
      if (position === undefined) return false;
      const left = [this.#classes.get(gpuClass)?.gpusOn(position) ?? 0, ...Object.values(this.#onNode(position))];
      return left.every((free) => free >= 0);
    });
    for (const use of uses) this.release(use);
    return holds;
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
    return this.freeGpusIn(gpuClass, this.layout.nodesOf(gpuClass));
  }

  /** Free GPUs of a class on those nodes of a domain that are open to it. */
  freeGpusIn(gpuClass: string, { members }: Pick<TopologyDomain, 'members'>): number {
    const { isOpen } = this.layout.nodesOf(gpuClass);
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
   * replicas. All replicas are equal, so filling one node after the other finds a placement whenever there is one. A gang that requires or
   * prefers a domain gets the smallest that holds it: the one with the fewest free GPUs. One that asks for none gets it where this leaves
   * the same fragments.
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

  /** When nodes that would hold the shape are announced to be open, at the earliest after `now`; undefined where no end of theirs is announced. */
  announcedOpening(shape: Shape, now: Instant, endsBy: Instant): Instant | undefined {
    const { layout } = this;
    const { isOpen } = layout.nodesOf(shape.gpuClass);
    const opensBy = (position: number, at: Instant): boolean => {
      const opensAt = layout.opensAt[position] ?? Infinity;
      return opensAt > now && opensAt <= at;
    };
    const isUsable = (position: number): boolean => isOpen[position] === true && (layout.closesAt[position] ?? 0) >= endsBy;
    return layout
      .openings(shape.gpuClass)
      .filter((at) => at > now)
      .find((at) => this.#placeOn(shape, [], (position) => isUsable(position) || opensBy(position, at)) !== undefined);
  }

  #placeOn(shape: Shape, beside: readonly ReservedNodes[], isUsable: (position: number) => boolean): string[] | undefined {
    const nodes = this.#nodesFor(shape, beside, isUsable);
    return nodes && this.#chosen(nodes, shape.replicas).map((position) => this.layout.nameOf(position));
  }

  /** The nodes among which a placement chooses; undefined where they do not hold the gang. */
  #nodesFor(shape: Shape, beside: readonly ReservedNodes[], isUsable: (position: number) => boolean): readonly Candidate[] | undefined {
    const { topology, replicas } = shape;
    const { domains } = this.layout.nodesOf(shape.gpuClass);
    if (topology !== undefined) {
      const all = this.#candidates(shape, beside, isUsable, Infinity);
      const within = this.#smallest(shape, domains.holding(all, replicas, topology.key));
      if (within !== undefined) return within.candidates;
      return topology.mode === 'prefer' && placesOf(all) >= replicas ? all : undefined;
    }
    const candidates = this.#candidates(shape, beside, isUsable, this.placement === 'pack' ? replicas : Infinity);
    if (placesOf(candidates) < replicas) return undefined;
    if (candidates.length === 1 || domains.isEmpty || this.placement === 'spread') return candidates;
    return this.#gathered(shape, candidates, this.#candidates(shape, beside, isUsable, Infinity));
  }

  /** Nodes that could take replicas, in the order in which they are filled, until they have `enough` places. */
  #candidates(shape: Shape, beside: readonly ReservedNodes[], isUsable: (position: number) => boolean, enough: number): Candidate[] {
    const possible = this.#classes.get(shape.gpuClass)?.atLeast(shape.replica.gpus) ?? [];
    const candidates: Candidate[] = [];
    let missing = enough;
    for (const position of this.placement === 'pack' ? possible : possible.toReversed()) {
      if (!isUsable(position) || this.#avoids(shape, position)) continue;
      let places = this.placesOn(position, shape);
      for (const reserved of beside) places = Math.min(places, reserved.placesOn(position, shape));
      if (places === 0) continue;
      candidates.push({ position, places });
      missing -= places;
      if (missing <= 0) break;
    }
    return candidates;
  }

  /** Nodes of the smallest domain, where it has nodes that are as full as those of `packing`: the same fragments are left (rule S4). */
  #gathered({ gpuClass, replicas }: Shape, packing: readonly Candidate[], all: readonly Candidate[]): readonly Candidate[] {
    const { domains } = this.layout.nodesOf(gpuClass);
    const freeOn = ({ position }: Candidate): number => this.#classes.get(gpuClass)?.gpusOn(position) ?? 0;
    const levels = packing.map(freeOn);
    const alike = domains.holding(all, replicas).flatMap(({ domain, candidates }) => {
      const filled = candidates.slice(0, levels.length);
      const areNeeded = placesOf(filled) >= replicas && placesOf(filled.slice(0, -1)) < replicas;
      const areAlike = filled.length === levels.length && filled.every((candidate, index) => freeOn(candidate) === levels[index]);
      return areNeeded && areAlike ? [{ domain, candidates: filled }] : [];
    });
    return this.#smallest({ gpuClass }, alike)?.candidates ?? packing;
  }

  /** That with the fewest free GPUs, then with the fewest nodes. */
  #smallest({ gpuClass }: Pick<Shape, 'gpuClass'>, holding: readonly HoldingDomain[]): HoldingDomain | undefined {
    let smallest: { readonly holding: HoldingDomain; readonly free: number; readonly nodes: number } | undefined;
    for (const each of holding) {
      const [free, nodes] = [this.freeGpusIn(gpuClass, each.domain), each.domain.members.length];
      if (smallest === undefined || free < smallest.free || (free === smallest.free && nodes < smallest.nodes))
        smallest = { holding: each, free, nodes };
    }
    return smallest?.holding;
  }

  #chosen(nodes: readonly Candidate[], replicas: number): number[] {
    return this.placement === 'pack' ? packed(nodes, replicas) : spread(nodes, replicas);
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

  /** How many replicas fit on a node that is about to close, and end before that. */
  closingPlacesOn(position: number, shape: Shape, endsBy: Instant): number {
    return (this.layout.closesAt[position] ?? 0) >= endsBy && !this.#avoids(shape, position) ? this.placesOn(position, shape) : 0;
  }

  /** How many replicas fit on a node, and end before it closes; none where it is closed already. */
  placesUntil(position: number, shape: Shape, endsBy: Instant): number {
    return this.layout.nodesOf(shape.gpuClass).isOpen[position] === true ? this.closingPlacesOn(position, shape, endsBy) : 0;
  }

  /** How many replicas fit on a node, whether it is open or not; at most as many as there are. */
  placesOn(position: number, { gpuClass, replica, replicas }: Shape): number {
    const gpus = this.#classes.get(gpuClass)?.gpusOn(position) ?? 0;
    return placesWithin({ gpus, ...this.#onNode(position) }, replica, replicas);
  }

  /** The nodes of a placement as they are now. */
  only(placement: readonly string[]): ReservedNodes {
    const positions = new Set(placement.flatMap((name) => this.layout.positionOf(name) ?? []));
    const free = [...positions].map((position) => {
      const classes = Object.keys(this.layout.nodes[position]?.gpus ?? {});
      const gpus = new Map(classes.map((gpuClass) => [gpuClass, this.#classes.get(gpuClass)?.gpusOn(position) ?? 0]));
      return [position, { gpus, ...this.#onNode(position) }] as const;
    });
    return new ReservedNodes(this.layout, new Map(free));
  }

  #onNode(position: number) {
    return {
      cpuMillis: this.#cpuMillis[position] ?? 0,
      memoryBytes: this.#memoryBytes[position] ?? 0,
      ephemeralBytes: this.#ephemeralBytes[position] ?? 0,
    };
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
    this.#ephemeralBytes[position] = (this.#ephemeralBytes[position] ?? 0) + sign * (replica.ephemeralBytes ?? 0);
  }
}

function placesOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { places }) => sum + places, 0);
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
