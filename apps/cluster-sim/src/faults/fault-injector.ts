import type { SeededRandom } from '../time/seeded-random.ts';

/** Which requests a fault affects; what is absent matches everything. */
export interface FaultMatch {
  /** get, list, watch, create, update, patch, delete, deletecollection */
  readonly verb?: string;
  /** Plural name, such as `pods`. */
  readonly resource?: string;
  readonly namespace?: string;
  /** In [0, 1]; 1 when absent. */
  readonly probability?: number;
  /** Strikes so often, then no more; without end when absent. */
  readonly count?: number;
}

/** What happens to an affected request. Milliseconds here are of the wall clock: they concern the wire. */
export type FaultEffect =
  /** Answer with this Status instead of doing anything. */
  | {
      readonly kind: 'status';
      readonly code: 400 | 403 | 409 | 410 | 413 | 422 | 429 | 500 | 503;
      readonly retryAfterSeconds?: number;
      /** Instead of one that mentions the simulation. */
      readonly message?: string;
    }
  /** Do it, and warn in the answer's header. */
  | { readonly kind: 'warning'; readonly message: string }
  /** Do it, and then answer 500: the client cannot know that it was done. */
  | { readonly kind: 'lost-answer' }
  /** Answer later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Cut the connection instead of answering. */
  | { readonly kind: 'reset' }
  /** For watches: lose each event, send it again, or late. */
  | { readonly kind: 'drop-events' }
  | { readonly kind: 'duplicate-events' }
  | { readonly kind: 'delay-events'; readonly milliseconds: number };

export interface FaultRule extends FaultMatch {
  readonly effect: FaultEffect;
}

export interface ActiveFault extends FaultRule {
  readonly id: number;
  readonly injected: number;
}

export interface RequestFacts {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
}

/** Keeps the rules of faults in force and draws, seeded, which requests they affect. */
export class FaultInjector {
  #rules: (FaultRule & { readonly id: number; injected: number })[] = [];
  #nextId = 1;

  constructor(private readonly random: SeededRandom) {}

  /** Puts a rule in force; the result names it for `remove`. */
  add(rule: FaultRule): number {
    const id = this.#nextId++;
    this.#rules.push({ ...rule, id, injected: 0 });
    return id;
  }

  remove(id: number): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
  }

  list(): ActiveFault[] {
    return this.#rules.map((rule) => ({ ...rule }));
  }

  /** Effects on this request. Rules about events affect watches only; the others affect all requests. */
  inject(facts: RequestFacts, about: 'request' | 'watch-event'): FaultEffect[] {
    const injected: FaultEffect[] = [];
    for (const rule of this.#rules) {
      const onEvents = rule.effect.kind === 'duplicate-events' || rule.effect.kind === 'delay-events';
      if (onEvents !== (about === 'watch-event') || !matches(rule, facts)) continue;
      if (rule.count !== undefined && rule.injected >= rule.count) continue;
      if (rule.probability !== undefined && this.random.next() >= rule.probability) continue;
      rule.injected++;
      injected.push(rule.effect);
    }
    return injected;
  }
}

function matches({ verb, resource, namespace }: FaultMatch, facts: RequestFacts): boolean {
  return (
    (verb ?? facts.verb) === facts.verb &&
    (resource ?? facts.resource) === facts.resource &&
    (namespace ?? facts.namespace) === facts.namespace
  );
}
