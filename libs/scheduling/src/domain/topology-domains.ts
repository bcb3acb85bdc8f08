import { compareBytes } from '#kernel';
import type { NodeCapacity } from './snapshot.ts';

/** Nodes of one GPU class that are near one another, such as those of a rack. Nodes are named by their positions in the layout. */
export interface TopologyDomain {
  /** The kind of domain. */
  readonly key: string;
  readonly name: string;
  readonly members: readonly number[];
}

/** A node that could take some replicas of a shape. */
export interface Candidate {
  readonly position: number;
  readonly places: number;
}

/** A domain that holds a gang, and the nodes that could take it, in the order in which they are filled. */
export interface HoldingDomain {
  readonly domain: TopologyDomain;
  readonly candidates: readonly Candidate[];
}

/** The domains of the nodes of one GPU class. A node without a domain of a kind is in none of that kind. */
export class TopologyDomains {
  readonly #byKey: ReadonlyMap<string, readonly TopologyDomain[]>;
  /** Its domains by the position of a node. */
  readonly #ofNode = new Map<number, TopologyDomain[]>();

  private constructor(byKey: ReadonlyMap<string, readonly TopologyDomain[]>) {
    this.#byKey = byKey;
    for (const domain of [...byKey.values()].flat())
      for (const position of domain.members) this.#ofNode.set(position, [...(this.#ofNode.get(position) ?? []), domain]);
  }

  /** @param members the positions of the nodes of the class */
  static of(nodes: readonly NodeCapacity[], members: readonly number[]): TopologyDomains {
    const found = members.flatMap((position) =>
      Object.entries(nodes[position]?.domains ?? {}).map(([key, name]) => ({ key, name, position })),
    );
    const byKey = [...Map.groupBy(found, ({ key }) => key)].map(([key, ofKey]) => {
      const domains = [...Map.groupBy(ofKey, ({ name }) => name)].map(([name, own]): TopologyDomain => {
        return { key, name, members: own.map(({ position }) => position) };
      });
      return [key, domains.toSorted((a, b) => compareBytes(a.name, b.name))] as const;
    });
    return new TopologyDomains(new Map(byKey.toSorted(([a], [b]) => compareBytes(a, b))));
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** By name. */
  ofKey(key: string): readonly TopologyDomain[] {
    return this.#byKey.get(key) ?? [];
  }

  /** The domain of a kind in which a node is. */
  domainOf(position: number, key: string): TopologyDomain | undefined {
    return this.#ofNode.get(position)?.find((domain) => domain.key === key);
  }

  /**
   * The domains that hold a gang, in the order of their kinds and names.
   * @param candidates nodes that could take replicas, in the order in which they are filled
   * @param key only domains of this kind
   */
  holding(candidates: readonly Candidate[], replicas: number, key?: string): HoldingDomain[] {
    const inDomain = new Map<TopologyDomain, { readonly candidates: Candidate[]; places: number }>();
    for (const candidate of candidates) {
      for (const domain of this.#ofNode.get(candidate.position) ?? []) {
        if (key !== undefined && domain.key !== key) continue;
        const own = inDomain.get(domain) ?? { candidates: [], places: 0 };
        inDomain.set(domain, own);
        own.candidates.push(candidate);
        own.places += candidate.places;
      }
    }
    return [...this.#byKey.values()].flat().flatMap((domain) => {
      const own = inDomain.get(domain);
      return own === undefined || own.places < replicas ? [] : [{ domain, candidates: own.candidates }];
    });
  }
}
