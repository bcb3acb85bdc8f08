import type { Amounts } from '../admission/pod-resources.ts';
import { podAmounts } from '../admission/pod-resources.ts';
import type { Recorder } from '../controllers/event-recorder.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { withCondition } from '../objects/kube-object.ts';
import { quantity } from '../objects/quantity.ts';
import type { Node, Pod } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import { NODES, PODS } from '../schema/resources.ts';
import type { Change } from '../store/object-store.ts';
import { kubeTime } from '../time/kube-time.ts';
import { matchesSelector, misfit } from './node-fit.ts';

interface Usage {
  readonly amounts: Map<string, bigint>;
  readonly pods: Set<string>;
}

/** What is known in a pass of where pods of one shape fit. */
interface Search {
  readonly candidates: readonly Node[];
  /** Why no node takes another, once that turned out: nothing becomes free within a pass. */
  why?: string;
}

const NOTHING: Usage = { amounts: new Map(), pods: new Set() };

/**
 * Binds pods to nodes by requests, selectors, affinity and taints. Of the nodes that fit the one takes the pod that has the largest
 * shares of its CPU and memory free, as kube-scheduler has it by default (NodeResourcesFit, LeastAllocated).
 */
export class Scheduler {
  /** Pods without a node, by UID. */
  readonly #waiting = new Map<string, { readonly namespace: string; readonly name: string }>();
  readonly #usage = new Map<string, Usage>();
  readonly #placed = new Map<string, { readonly node: string; readonly amounts: Amounts }>();
  readonly #passes: WorkQueue;

  constructor(
    private readonly simulation: Simulation,
    private readonly recorder: Recorder,
  ) {
    this.#passes = new WorkQueue(simulation.events, () => {
      this.#pass();
    });
    simulation.store.subscribe(PODS, (change) => {
      this.#observe(change);
    });
    simulation.store.subscribe(NODES, ({ current, previous }) => {
      // Heartbeats change only the status; what decides placement is the rest.
      const [after, before] = [current.object as Node, previous?.object as Node | undefined];
      if (
        before?.spec !== after.spec ||
        before.metadata.labels !== after.metadata.labels ||
        before.status.allocatable !== after.status.allocatable
      )
        this.#passes.add('');
    });
  }

  #observe({ type, current, previous }: Change): void {
    const [pod, before] = [current.object as Pod, previous?.object as Pod | undefined];
    const { uid, namespace = '', name } = pod.metadata;
    const over = type === 'DELETED' || isTerminal(pod);
    if (over || pod.spec.nodeName !== undefined) this.#waiting.delete(uid);
    else if (type === 'ADDED' || pod.metadata.deletionTimestamp === undefined) {
      if (!this.#waiting.has(uid) || (before !== undefined && isGated(before) && !isGated(pod))) this.#passes.add('');
      this.#waiting.set(uid, { namespace, name });
    }
    if (over) this.#release(uid);
    else if (pod.spec.nodeName !== undefined) this.#place(uid, pod, pod.spec.nodeName);
  }

  #place(uid: string, pod: Pod, node: string): void {
    if (this.#placed.has(uid)) return;
    const amounts = podAmounts(pod.spec);
    const usage = this.#usage.get(node) ?? { amounts: new Map<string, bigint>(), pods: new Set<string>() };
    this.#usage.set(node, usage);
    for (const [name, amount] of amounts) usage.amounts.set(name, (usage.amounts.get(name) ?? 0n) + amount);
    usage.pods.add(uid);
    this.#placed.set(uid, { node, amounts });
  }

  #release(uid: string): void {
    const placed = this.#placed.get(uid);
    if (placed === undefined) return;
    const usage = this.#usage.get(placed.node);
    for (const [name, amount] of placed.amounts) usage?.amounts.set(name, (usage.amounts.get(name) ?? 0n) - amount);
    usage?.pods.delete(uid);
    this.#placed.delete(uid);
    if (this.#waiting.size > 0) this.#passes.add('');
  }

  /**
   * One pass over all that waits, by priority and age. Pods of one shape share the search: the nodes they may go to are found
   * once, and a shape that fits nowhere is not tried again in the same pass.
   */
  #pass(): void {
    const nodes = this.simulation.store.list<Node>(NODES).map(({ object }) => object);
    const searches = new Map<string, Search>();
    for (const pod of this.#queue()) {
      const asked = podAmounts(pod.spec);
      const { nodeSelector, affinity, tolerations } = pod.spec;
      const shape = JSON.stringify([[...asked].map(([name, amount]) => [name, String(amount)]), nodeSelector, affinity, tolerations]);
      const search = searches.get(shape) ?? { candidates: nodes.filter((node) => matchesSelector(pod.spec, node)) };
      searches.set(shape, search);
      const node = search.why === undefined ? this.#emptiest(pod, asked, search.candidates) : undefined;
      if (node !== undefined) this.#bind(pod, node);
      else this.#markUnschedulable(pod, (search.why ??= this.#why(pod, asked, nodes)));
    }
  }

  #queue(): Pod[] {
    const pods = [...this.#waiting].flatMap(([uid, { namespace, name }]) => {
      const pod = this.simulation.store.get<Pod>(PODS, namespace, name)?.object;
      return pod?.metadata.uid === uid && !isGated(pod) && pod.metadata.deletionTimestamp === undefined ? [pod] : [];
    });
    return pods.sort(
      (a, b) =>
        (b.spec.priority ?? 0) - (a.spec.priority ?? 0) ||
        Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp),
    );
  }

  /** Why no node takes the pod, in the scheduler's words. */
  #why(pod: Pod, asked: Amounts, nodes: readonly Node[]): string {
    const reasons = new Map<string, number>();
    for (const node of nodes) {
      const usage = this.#usageOf(node);
      const why = misfit(pod.spec, asked, node, usage.amounts, usage.pods.size);
      if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
    }
    const list = [...reasons]
      .map(([why, count]) => `${count} ${why}`)
      .sort()
      .join(', ');
    return `0/${nodes.length} nodes are available: ${list}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
  }

  /** The candidate that fits with the most left free. */
  #emptiest(pod: Pod, asked: Amounts, candidates: readonly Node[]): Node | undefined {
    let best: { readonly node: Node; readonly free: number } | undefined;
    for (const node of candidates) {
      const usage = this.#usageOf(node);
      if (misfit(pod.spec, asked, node, usage.amounts, usage.pods.size) !== undefined) continue;
      const free = freeShare(node, usage, 'cpu') + freeShare(node, usage, 'memory');
      if (best === undefined || free > best.free) best = { node, free };
    }
    return best?.node;
  }

  #usageOf({ metadata }: Node): Usage {
    return this.#usage.get(metadata.name) ?? NOTHING;
  }

  #bind(pod: Pod, node: Node): void {
    const bound: Pod = {
      ...pod,
      spec: { ...pod.spec, nodeName: node.metadata.name },
      status: {
        ...pod.status,
        conditions: withCondition(pod.status.conditions, {
          type: 'PodScheduled',
          status: 'True',
          lastProbeTime: null,
          lastTransitionTime: kubeTime(this.simulation.events.now()),
        }),
      },
    };
    const { object } = this.simulation.store.put(PODS, bound);
    this.recorder.record(
      object,
      'Normal',
      'Scheduled',
      `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name} to ${node.metadata.name}`,
    );
  }

  #markUnschedulable(pod: Pod, message: string): void {
    const known = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
    if (known?.reason === 'Unschedulable' && known.message === message) return;
    const conditions = withCondition(pod.status.conditions, {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: kubeTime(this.simulation.events.now()),
      reason: 'Unschedulable',
      message,
    });
    this.simulation.store.put(PODS, { ...pod, status: { ...pod.status, conditions } });
    if (known?.reason !== 'Unschedulable') this.recorder.record(pod, 'Warning', 'FailedScheduling', message);
  }
}

/** From 0, all of the resource is requested, to 1, none of it is. */
function freeShare(node: Node, { amounts }: Usage, resource: string): number {
  const all = Number(quantity(node.status.allocatable[resource]));
  return all === 0 ? 0 : 1 - Number(amounts.get(resource) ?? 0n) / all;
}

function isGated({ spec }: Pod): boolean {
  return (spec.schedulingGates ?? []).length > 0;
}
