import { replaceObject } from '../lifecycle/object-lifecycle.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Pod } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import { PODS } from '../schema/resources.ts';
import { rejectedStatus } from './pod-status.ts';
import type { Trouble } from './start-trouble.ts';

/** Nodes that take no pod, and why. */
export class NodeRejections {
  readonly #rejections = new Map<string, Trouble>();

  constructor(private readonly simulation: Simulation) {}

  /** The node takes no pod from now on, and reports why; undefined: it takes them again. */
  set(node: string, rejection: Trouble | undefined): void {
    if (rejection === undefined) this.#rejections.delete(node);
    else this.#rejections.set(node, rejection);
  }

  /** Rejects the pod where its node takes none. @returns whether it did */
  reject({ metadata: { uid, namespace = '', name } }: Pod, node: string): boolean {
    const rejection = this.#rejections.get(node);
    if (rejection === undefined) return false;
    this.simulation.events.soon(() => {
      const pod = this.simulation.store.get<Pod>(PODS, namespace, name)?.object;
      if (pod?.metadata.uid !== uid || isTerminal(pod)) return;
      const status = rejectedStatus(pod, this.simulation.events.now(), rejection);
      replaceObject(this.simulation, PODS, { ...pod, status });
    });
    return true;
  }
}
