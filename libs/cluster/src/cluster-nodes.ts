import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { DomainError, type Instant, instantOf } from '#kernel';
import type { NodeShape } from '#jobs';
import type { NodeCapacity } from '#scheduling';
import { NODE_LEASES } from './access/required-rights.ts';
import { calling } from './connection/calls.ts';
import type { Clients } from './connection/cluster-connection.ts';
import { LABELS } from './desired/names.ts';
import { nodeCapacities, type NodeClass } from './observed/capacity.ts';
import { podPages } from './observed/listed-pods.ts';
import { type NodeStatus, nodeStatuses } from './observed/node-status.ts';
import { type ClassOverheads, classOverheads, type ClassRuntime } from './observed/pod-overheads.ts';

/** The nodes with GPUs: what they offer our jobs, and whether they live. */
export class ClusterNodes {
  readonly #clients: Clients;
  readonly #pageSize: number;

  /** @param pageSize pods a page of a list */
  constructor(clients: Clients, pageSize: number) {
    this.#clients = clients;
    this.#pageSize = pageSize;
  }

  /** GPU classes of `classes` that have at least one node. */
  async classesPresent(classes: readonly NodeClass[]): Promise<string[]> {
    const capacities = nodeCapacities(await calling('list its nodes', () => this.#nodes()), [], classes);
    const present = new Set(capacities.flatMap(({ gpus }) => Object.keys(gpus)));
    return classes.map(({ code }) => code).filter((code) => present.has(code));
  }

  /** What each node offers our jobs, all that is not ours taken off. */
  async capacity(classes: readonly NodeClass[]): Promise<NodeCapacity[]> {
    return await calling('report its capacity', async () => {
      const [nodes, foreign] = await Promise.all([this.#nodes(), this.#foreignPods()]);
      return nodeCapacities(nodes, foreign, classes);
    });
  }

  /** The nodes with GPUs of `classes`, as an operator looks at them. */
  async statuses(classes: readonly NodeClass[]): Promise<NodeStatus[]> {
    return await calling('report its nodes', async () => {
      const [nodes, foreign] = await Promise.all([this.#nodes(), this.#foreignPods()]);
      return nodeStatuses(nodes, foreign, classes);
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
    return nodeCapacities(nodes, [], [gpuClass]).flatMap(({ gpus, cpuMillis, memoryBytes }) => {
      const count = gpus[gpuClass.code];
      if (count === undefined) return [];
      return [{ gpus: count, cpuMillis, memoryBytes, ...(podOverhead !== undefined && { podOverhead }) }];
    });
  }

  async #nodes(): Promise<V1Node[]> {
    return (await this.#clients.core.listNode()).items;
  }

  async #foreignPods(): Promise<V1Pod[]> {
    const foreign: V1Pod[] = [];
    const wanted = { labelSelector: `${LABELS.managedBy}!=speedspace` };
    for await (const pods of podPages(this.#clients, this.#pageSize, wanted)) foreign.push(...pods);
    return foreign;
  }
}
