import { compareBytes, type Instant } from '#kernel';
import type { NodeCapacity } from './snapshot.ts';
import { TopologyDomains } from './topology-domains.ts';

/** The nodes of one GPU class. Nodes are named by their positions in the layout. */
export interface ClassNodes {
  /** Nodes that have GPUs of the class, in the order of their names. */
  readonly members: readonly number[];
  /** By position: whether pods of the class may start on the node. */
  readonly isOpen: readonly boolean[];
  /** Open nodes whose maintenance is announced. */
  readonly closing: readonly number[];
  /** The domains of its nodes. */
  readonly domains: TopologyDomains;
}

const NONE: ClassNodes = { members: [], isOpen: [], closing: [], domains: TopologyDomains.of([], []) };

/** What never changes during a cycle: the nodes in the order of their names, and which classes they have. All copies of `FreeNodes` share it. */
export class NodeLayout {
  readonly nodes: readonly NodeCapacity[];
  /** By position; Infinity where no maintenance is announced. */
  readonly closesAt: readonly number[];
  /** By position; Infinity where no end of its maintenance is announced. */
  readonly opensAt: readonly number[];
  readonly #positions: ReadonlyMap<string, number>;
  readonly #classes: ReadonlyMap<string, ClassNodes>;

  constructor(nodes: readonly NodeCapacity[]) {
    this.nodes = nodes.toSorted((a, b) => compareBytes(a.name, b.name));
    this.closesAt = this.nodes.map(({ closesAt }) => closesAt ?? Infinity);
    this.opensAt = this.nodes.map(({ opensAt }) => opensAt ?? Infinity);
    this.#positions = new Map(this.nodes.map(({ name }, position) => [name, position]));
    const codes = new Set(this.nodes.flatMap(({ gpus }) => Object.keys(gpus)));
    this.#classes = new Map([...codes].map((code) => [code, this.#nodesOf(code)]));
  }

  #nodesOf(gpuClass: string): ClassNodes {
    const members = [...this.nodes.keys()].filter((position) => Object.hasOwn(this.nodes[position]?.gpus ?? {}, gpuClass));
    const isOpen = this.nodes.map(({ openTo }) => openTo.includes(gpuClass));
    const closing = members.filter((position) => isOpen[position] === true && this.closesAt[position] !== Infinity);
    return { members, isOpen, closing, domains: TopologyDomains.of(this.nodes, members) };
  }

  get classes(): Iterable<string> {
    return this.#classes.keys();
  }

  nodesOf(gpuClass: string): ClassNodes {
    return this.#classes.get(gpuClass) ?? NONE;
  }

  /** Undefined: the node is gone. */
  positionOf(name: string): number | undefined {
    return this.#positions.get(name);
  }

  nameOf(position: number): string {
    return this.nodes[position]?.name ?? '';
  }

  has(position: number, gpuClass: string): boolean {
    return Object.hasOwn(this.nodes[position]?.gpus ?? {}, gpuClass);
  }

  /** When nodes of a class close for maintenance, in order. */
  closings(gpuClass: string): Instant[] {
    const instants = this.nodesOf(gpuClass).closing.map((position) => this.closesAt[position] ?? Infinity);
    return [...new Set(instants)].sort((a, b) => a - b);
  }

  /** When nodes of a class are announced to open again, in order. */
  openings(gpuClass: string): Instant[] {
    const instants = this.nodesOf(gpuClass).members.map((position) => this.opensAt[position] ?? Infinity);
    return [...new Set(instants)].filter((at) => at !== Infinity).sort((a, b) => a - b);
  }
}
