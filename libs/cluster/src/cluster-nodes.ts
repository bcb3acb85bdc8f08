import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { DomainError, type Instant, instantOf } from '#kernel';
import type { NodeShape, TopologyLabels } from '#jobs';
import { NODE_LEASES } from './access/required-rights.ts';
import { calling } from './connection/calls.ts';
import type { Clients } from './connection/cluster-connection.ts';
import { type ObjectListener, ObjectWatch, type WatchSettings } from './connection/object-watch.ts';
import type { PageQuery } from './connection/pages.ts';
import { FOREIGN } from './desired/names.ts';
import { nodeCapacities, type NodeClass } from './observed/capacity.ts';
import { podPages } from './observed/listed-pods.ts';
import { type NodeStatus, nodeStatuses } from './observed/node-status.ts';
import { type ClassOverheads, classOverheads, type ClassRuntime } from './observed/pod-overheads.ts';

/** The nodes with GPUs: what they offer our jobs, and whether they live. */
export class ClusterNodes {
  readonly #clients: Clients;
  readonly #watch: WatchSettings;

  /** By which labels nodes are grouped. */
  readonly topology: TopologyLabels;

  constructor(clients: Clients, watch: WatchSettings, topology: TopologyLabels) {
    this.#clients = clients;
    this.topology = topology;
    this.#watch = watch;
  }

  /** GPU classes of `classes` that have at least one node. */
  async classesPresent(classes: readonly NodeClass[]): Promise<string[]> {
    const capacities = nodeCapacities(await calling('list its nodes', () => this.#nodes()), [], classes);
    const present = new Set(capacities.flatMap(({ gpus }) => Object.keys(gpus)));
    return classes.map(({ code }) => code).filter((code) => present.has(code));
  }

  /** Reports the nodes to `listener` until `signal` fires; survives every loss of connection. */
  async watch(listener: ObjectListener<V1Node>, signal: AbortSignal): Promise<void> {
    const objects = { path: '/api/v1/nodes', list: (page: PageQuery) => this.#clients.core.listNode(page) };
    await new ObjectWatch(this.#clients, objects, this.#watch, listener).follow(signal);
  }

  /** Reports the pods that are not ours to `listener` until `signal` fires; survives every loss of connection. */
  async watchForeignPods(listener: ObjectListener<V1Pod>, signal: AbortSignal): Promise<void> {
    const list = (page: PageQuery) => this.#clients.core.listPodForAllNamespaces({ labelSelector: FOREIGN, ...page });
    const objects = { path: '/api/v1/pods', labelSelector: FOREIGN, list };
    await new ObjectWatch(this.#clients, objects, this.#watch, listener).follow(signal);
  }

  /** The nodes with GPUs of `classes`, as an operator looks at them at `now`. */
  async statuses(classes: readonly NodeClass[], now: Instant): Promise<NodeStatus[]> {
    return await calling('report its nodes', async () => {
      const [nodes, foreign] = await Promise.all([this.#nodes(), this.#foreignPods()]);
      return nodeStatuses(nodes, foreign, classes, now, this.topology);
    });
  }

  /** When each node's kubelet was last heard of, by the node's name: what it runs was alive then, unless it reported otherwise. */
  async heartbeats(): Promise<Map<string, Instant>> {
    const leases = await calling('list node leases', () => this.#clients.coordination.listNamespacedLease({ namespace: NODE_LEASES }));
    return new Map(
      leases.items.flatMap(({ metadata, spec }) =>
        metadata?.name === undefined || spec?.renewTime === undefined
          ? []
          : [[metadata.name, instantOf(new Date(spec.renewTime))] as const],
      ),
    );
  }

  /**
   * What Kubernetes adds to the pods of `classes` for their RuntimeClasses. Asks the cluster only where a class names one; where our account
   * may not list them, nothing is known of them.
   */
  async classOverheads(classes: readonly ClassRuntime[]): Promise<ClassOverheads> {
    if (classes.every(({ runtimeClassName }) => runtimeClassName === null)) return classOverheads([], []);
    try {
      const { items } = await calling('list its runtime classes', () => this.#clients.runtimes.listRuntimeClass());
      return classOverheads(items, classes);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'cluster.not-allowed') return classOverheads([], []);
      throw error;
    }
  }

  /** What the nodes of a class have when nothing runs on them, and what each pod of the class takes of them beside its requests. */
  async empty(gpuClass: NodeClass & ClassRuntime): Promise<NodeShape[]> {
    const [nodes, { overheads }] = await Promise.all([calling('list its nodes', () => this.#nodes()), this.classOverheads([gpuClass])]);
    const podOverhead = overheads.get(gpuClass.code);
    return nodeCapacities(nodes, [], [gpuClass], this.topology).flatMap(({ gpus, cpuMillis, memoryBytes, ephemeralBytes = 0, domains }) => {
      const count = gpus[gpuClass.code];
      if (count === undefined) return [];
      return [
        {
          gpus: count,
          cpuMillis,
          memoryBytes,
          ephemeralBytes,
          ...(podOverhead !== undefined && { podOverhead }),
          ...(domains !== undefined && { domains }),
        },
      ];
    });
  }

  async #nodes(): Promise<V1Node[]> {
    return (await this.#clients.core.listNode()).items;
  }

  async #foreignPods(): Promise<V1Pod[]> {
    const foreign: V1Pod[] = [];
    for await (const pods of podPages(this.#clients, this.#watch.pageSize, { labelSelector: FOREIGN })) foreign.push(...pods);
    return foreign;
  }
}
