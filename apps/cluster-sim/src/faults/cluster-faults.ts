import type { Accounts } from '../access/accounts.ts';
import type { ApiServer } from '../api/api-server.ts';
import { notFound } from '../api/status.ts';
import type { ApiRouter } from '../api/api-router.ts';
import type { NodeLifecycle } from '../controllers/node-lifecycle.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { Trouble } from '../kubelet/start-trouble.ts';
import { deleteObject } from '../lifecycle/object-lifecycle.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { NODES, PODS } from '../schema/resources.ts';
import type { FaultInjector } from './fault-injector.ts';

/** Faults on demand: rules for requests, and faults of the cluster itself. */
export class ClusterFaults {
  #upAgain: NodeJS.Timeout | undefined;

  constructor(
    readonly rules: FaultInjector,
    private readonly simulation: Simulation,
    private readonly nodes: NodeLifecycle,
    private readonly kubelet: Kubelet,
    private readonly parts: () => { readonly server: ApiServer; readonly router: ApiRouter; readonly accounts: Accounts },
  ) {}

  /** Ends every open watch; the result says how many there were. */
  dropWatches(): number {
    return this.parts().router.watches.drop();
  }

  /** Forgets the history: watches cannot be resumed and lists cannot be continued from before now (410). */
  compact(): void {
    this.simulation.store.compact();
    this.parts().router.lists.compact();
  }

  /** Connections are cut and refused for so many milliseconds of the wall clock. */
  apiDown(milliseconds: number): void {
    const { server } = this.parts();
    clearTimeout(this.#upAgain);
    server.down();
    this.#upAgain = setTimeout(() => {
      server.up();
    }, milliseconds);
  }

  apiUp(): void {
    clearTimeout(this.#upAgain);
    this.parts().server.up();
  }

  /** The API server accepts the token no more, as one that has expired: 401. */
  expireToken(token: string): void {
    this.parts().accounts.expire(token);
  }

  /** The clock of the API server is wrong by so many seconds, as its `Date` header shows; 0 ends that. */
  clockError(seconds: number): void {
    this.parts().server.setClockError(seconds * 1_000);
  }

  /** The node and all that runs on it is lost now. */
  nodeDown(name: string): void {
    this.#requireNode(name);
    this.simulation.events.catchUp();
    this.nodes.down(name);
  }

  /** The node takes no pod that comes to it, as a kubelet whose devices are sick; undefined: it takes them again. */
  nodeRejects(name: string, rejection: Trouble | undefined): void {
    this.#requireNode(name);
    this.simulation.events.catchUp();
    this.kubelet.rejectPods(name, rejection);
  }

  /** The node reaches the API no more; what runs on it runs on. */
  nodeCutOff(name: string): void {
    this.#requireNode(name);
    this.simulation.events.catchUp();
    this.nodes.cutOff(name);
  }

  /** What an operator does about a node that does not come back; without effect where it is back, or its Node is gone. */
  deleteSilentNode(name: string): void {
    this.simulation.events.catchUp();
    const node = this.simulation.store.get(NODES, '', name)?.object;
    if (node !== undefined && this.nodes.isSilent(name)) deleteObject(this.simulation, NODES, node, {});
  }

  hasPod(namespace: string, name: string): boolean {
    return this.simulation.store.get(PODS, namespace, name) !== undefined;
  }

  /** Ends the loss of a node, also of one whose Node was deleted meanwhile. */
  nodeUp(name: string): void {
    this.#requireNode(name);
    this.simulation.events.catchUp();
    this.nodes.up(name);
  }

  /** The kubelet finds the pod's container no more: it fails without the times of its start and its end. */
  loseContainer(namespace: string, name: string): void {
    this.simulation.events.catchUp();
    const pod = this.simulation.store.get(PODS, namespace, name)?.object;
    if (pod === undefined) throw notFound('pods', '', name);
    this.kubelet.loseContainer(pod.metadata.uid);
  }

  /** The pod's object is removed without grace or finalizers, as by a loss in etcd. Its containers stop with it. */
  forceDelete(namespace: string, name: string): void {
    this.simulation.events.catchUp();
    if (this.simulation.store.get(PODS, namespace, name) === undefined) throw notFound('pods', '', name);
    this.simulation.store.remove(PODS, namespace, name);
  }

  #requireNode(name: string): void {
    if (!this.nodes.knows(name)) throw notFound('nodes', '', name);
  }
}
