import type { Instant } from '#kernel';
import type { FreeNodes } from './free-nodes.ts';
import type { Shape } from './shape.ts';
import type { TopologyDomain } from './topology-domains.ts';

/** Where the places of a shape that requires no domain are counted. */
const EVERYWHERE: TopologyDomain = { key: '', name: '', members: [] };

/**
 * How many replicas of a waiting job fit while jobs end, counted once and then only on the nodes on which something ends. Where the job
 * requires a domain, the places of each domain are counted for themselves.
 */
export class PlannedPlaces {
  readonly #free: FreeNodes;
  readonly #shape: Shape;
  readonly #requiredKey: string | undefined;
  /** On nodes that are open and not about to close; without `#requiredKey`, no more than needed. */
  readonly #open = new Map<TopologyDomain, number>();

  constructor(free: FreeNodes, shape: Shape) {
    this.#free = free;
    this.#shape = shape;
    this.#requiredKey = shape.topology?.mode === 'require' ? shape.topology.key : undefined;
    if (this.#requiredKey === undefined) this.#open.set(EVERYWHERE, free.openPlaces(shape));
    else
      for (const domain of free.layout.nodesOf(shape.gpuClass).domains.ofKey(this.#requiredKey))
        this.#open.set(
          domain,
          domain.members.reduce((sum, position) => sum + free.openPlacesOn(position, shape), 0),
        );
  }

  /** Whether they hold the whole gang, where it ends by `endsBy`: it must not run into the maintenance of a node. */
  holdUntil(endsBy: Instant): boolean {
    const { replicas, gpuClass } = this.#shape;
    for (const places of this.#open.values()) if (places >= replicas) return true;
    const { closing } = this.#free.layout.nodesOf(gpuClass);
    if (closing.length === 0) return false;
    const places = new Map(this.#open);
    for (const position of closing) {
      const domain = this.#domainOf(position);
      if (domain === undefined) continue;
      const all = (places.get(domain) ?? 0) + this.#free.closingPlacesOn(position, this.#shape, endsBy);
      if (all >= replicas) return true;
      places.set(domain, all);
    }
    return false;
  }

  /** Counts the places of a node again, after something on it has ended. */
  recount(position: number, end: () => void): void {
    const before = this.#free.openPlacesOn(position, this.#shape);
    end();
    const domain = this.#domainOf(position);
    if (domain === undefined) return;
    this.#open.set(domain, (this.#open.get(domain) ?? 0) + this.#free.openPlacesOn(position, this.#shape) - before);
  }

  #domainOf(position: number): TopologyDomain | undefined {
    if (this.#requiredKey === undefined) return EVERYWHERE;
    return this.#free.layout.nodesOf(this.#shape.gpuClass).domains.domainOf(position, this.#requiredKey);
  }
}
