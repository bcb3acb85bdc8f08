import { isDeepStrictEqual } from 'node:util';
import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { Injectable, Logger } from '@nestjs/common';
import type { NodeCapacity } from '#scheduling';
import { ClusterService } from './cluster.service.ts';
import { nodeCapacities, type NodeClass } from './observed/capacity.ts';
import { revisionOf } from './observed/resource-version.ts';
import { foreignPodFacts, nodeFacts } from './observed/watched-facts.ts';

/** The capacity of the nodes for some classes. It is valid as long as nothing has changed since. */
interface KnownCapacity {
  readonly changes: number;
  readonly classes: string;
  readonly nodes: NodeCapacity[];
}

/**
 * What each node offers our jobs, from a watch of the nodes and of the pods that are not ours. So an admission cycle asks the API server
 * nothing. Every controller keeps a cache, leader or not, so that a new leader can begin at once.
 */
@Injectable()
export class NodeCache {
  readonly #nodes = new Map<string, V1Node>();
  /** By UID, those that occupy a node. */
  readonly #foreign = new Map<string, V1Pod>();
  readonly #listeners = new Set<() => void>();
  readonly #log = new Logger('cluster');
  #logged = new Set<string>();
  #changes = 0;
  #nodesListed = false;
  #foreignListed = false;
  #received = 0n;
  #capacity: KnownCapacity | undefined;

  constructor(private readonly cluster: ClusterService) {}

  /** Watches the cluster until `signal` aborts, and reconnects after any loss of connection. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.cluster.nodes.watch(
        {
          onObject: (node) => this.#keep(this.#nodes, node.metadata?.uid ?? '', nodeFacts(node)),
          onGone: (uid) => this.#keep(this.#nodes, uid, undefined),
          onSynced: () => (this.#nodesListed = true),
          onHeard: (version) => (this.#received = revisionOf(version)),
        },
        signal,
      ),
      this.cluster.nodes.watchForeignPods(
        {
          onObject: (pod) => this.#keep(this.#foreign, pod.metadata?.uid ?? '', foreignPodFacts(pod)),
          onGone: (uid) => this.#keep(this.#foreign, uid, undefined),
          onSynced: () => (this.#foreignListed = true),
        },
        signal,
      ),
    ]);
  }

  /** Whether nodes and foreign pods were listed. Before that, a GPU that seems free may be in use. */
  get synced(): boolean {
    return this.#nodesListed && this.#foreignListed;
  }

  /** Whether the cache has received all changes of nodes up to `version` of the cluster. */
  hasReceived(version: string): boolean {
    return this.#received >= revisionOf(version);
  }

  /** Calls `changed` whenever the capacity of a node may have changed. */
  onChange(changed: () => void): void {
    this.#listeners.add(changed);
  }

  /** What each node offers the jobs of `classes`. */
  capacity(classes: readonly NodeClass[]): NodeCapacity[] {
    const key = JSON.stringify(classes);
    if (this.#capacity?.changes !== this.#changes || this.#capacity.classes !== key) {
      const nodes = nodeCapacities([...this.#nodes.values()], [...this.#foreign.values()], classes, this.cluster.nodes.topology);
      this.#capacity = { changes: this.#changes, classes: key, nodes };
      this.#logUnreadable(nodes);
    }
    return this.#capacity.nodes;
  }

  /** Once as long as it lasts. */
  #logUnreadable(nodes: readonly NodeCapacity[]): void {
    const sentences = nodes.flatMap(({ name, unreadable }) =>
      unreadable === undefined ? [] : [`Node ${name} takes no jobs. ${unreadable}`],
    );
    for (const sentence of sentences) if (!this.#logged.has(sentence)) this.#log.warn(sentence);
    this.#logged = new Set(sentences);
  }

  #keep<T>(objects: Map<string, T>, uid: string, facts: T | undefined): void {
    if (isDeepStrictEqual(objects.get(uid), facts)) return;
    if (facts === undefined) objects.delete(uid);
    else objects.set(uid, facts);
    this.#changes += 1;
    for (const listener of this.#listeners) listener();
  }
}
