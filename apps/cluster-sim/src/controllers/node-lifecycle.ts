import type { Kubelet } from '../kubelet/kubelet.ts';
import { createObject, deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { withCondition } from '../objects/kube-object.ts';
import type { Condition, KubeObject } from '../objects/kube-object.ts';
import type { Node, Pod, Taint } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import { tolerates } from '../scheduling/node-fit.ts';
import { LEASES, NODES, PODS } from '../schema/resources.ts';
import { kubeTime } from '../time/kube-time.ts';
import { KUBERNETES_VERSION } from '../schema/kubernetes-version.ts';
import type { Recorder } from './event-recorder.ts';
import type { NodePool } from './node-pools.ts';

interface Lease extends KubeObject {
  readonly spec: { readonly holderIdentity: string; readonly leaseDurationSeconds: number; readonly renewTime: string };
}

interface Loss {
  readonly at: number;
  /** Its machine runs on, without the API hearing of it. */
  readonly cutOff: boolean;
}

const LEASE_RENEWAL_MS = 10_000;
const LEASE_SECONDS = 40;
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/**
 * Makes the nodes, and plays what the node controller does when one falls silent: Unknown, tainted, its pods deleted. Those stay
 * Terminating until the kubelet is back, or somebody deletes the Node or marks it out of service (`pod-garbage.ts`).
 */
export class NodeLifecycle {
  /** Nodes that are down, each with a mark of this very loss. */
  readonly #down = new Map<string, Loss>();
  /** The pool of each node, and its number there. */
  readonly #pools = new Map<string, { readonly pool: NodePool; readonly index: number }>();
  #made = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly kubelet: Kubelet,
    private readonly recorder: Recorder,
  ) {}

  add(pools: readonly NodePool[]): void {
    for (const pool of pools) {
      for (let index = 0; index < pool.count; index++) this.#create(pool, index);
    }
  }

  /** Whether there is, or was, a node of this name. */
  knows(name: string): boolean {
    return this.#pools.has(name);
  }

  isSilent(name: string): boolean {
    return this.#down.has(name);
  }

  #create(pool: NodePool, index: number): void {
    const name = pool.count === 1 ? pool.name : `${pool.name}-${index}`;
    this.#pools.set(name, { pool, index });
    const { labels, groups = {}, capacity } = pool;
    const grouped = Object.entries(groups).map(([label, size]): [string, string] => [label, `${pool.name}-${Math.floor(index / size)}`]);
    const amounts = { 'ephemeral-storage': '3500Gi', ...capacity, pods: capacity.pods ?? '110' };
    const address = `10.0.${this.#made >> 8}.${++this.#made & 255}`;
    createObject<Node>(
      this.simulation,
      NODES,
      {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/arch': 'amd64',
          'kubernetes.io/os': 'linux',
          ...labels,
          ...Object.fromEntries(grouped),
        },
      },
      {
        spec: { providerID: `simulated://${name}` },
        status: {
          capacity: amounts,
          allocatable: amounts,
          conditions: [
            this.#condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
            this.#condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
            this.#condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
            this.#condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
          ],
          addresses: [
            { type: 'InternalIP', address },
            { type: 'Hostname', address: name },
          ],
          nodeInfo: {
            architecture: 'amd64',
            bootID: this.simulation.random.uuid(),
            containerRuntimeVersion: 'containerd://2.1.0',
            kernelVersion: '6.8.0',
            kubeProxyVersion: KUBERNETES_VERSION,
            kubeletVersion: KUBERNETES_VERSION,
            machineID: this.simulation.random.uuid(),
            operatingSystem: 'linux',
            osImage: 'Simulated',
            systemUUID: this.simulation.random.uuid(),
          },
        },
      },
    );
  }

  /**
   * Brings the leases of kube-node-lease to where the kubelets would have them by now. Asked before they are read: between, ten
   * thousand renewals a minute would only cost. A watch of leases reports no more than was read.
   */
  renewLeases(): void {
    for (const { object: node } of this.simulation.store.each<Node>(NODES)) {
      const { name, uid } = node.metadata;
      const alive = this.#down.get(name)?.at ?? this.simulation.events.now();
      const renewTime = new Date(Math.floor(alive / LEASE_RENEWAL_MS) * LEASE_RENEWAL_MS).toISOString().replace('Z', '000Z');
      const lease = this.simulation.store.get<Lease>(LEASES, 'kube-node-lease', name)?.object;
      if (lease === undefined) {
        const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
        const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
        createObject<Lease>(this.simulation, LEASES, { name, namespace: 'kube-node-lease', ownerReferences }, { spec });
      } else if (lease.spec.renewTime !== renewTime)
        replaceObject(this.simulation, LEASES, { ...lease, spec: { ...lease.spec, renewTime } });
    }
  }

  /** What runs on the node stops now; the API learns of it as it would: by silence. */
  down(name: string): void {
    if (this.#down.has(name)) return;
    this.kubelet.nodeLost(name);
    this.#fallSilent(name, false);
  }

  /** The API hears nothing of the node any more, and what runs on it runs on. */
  cutOff(name: string): void {
    if (this.#down.has(name)) return;
    this.kubelet.nodeCutOff(name);
    this.#fallSilent(name, true);
  }

  #fallSilent(name: string, cutOff: boolean): void {
    const loss: Loss = { at: this.simulation.events.now(), cutOff };
    this.#down.set(name, loss);
    this.simulation.events.after(this.simulation.settings.nodeMonitorGraceSeconds * 1000, () => {
      if (this.#down.get(name) === loss) this.#markUnreachable(name, loss);
    });
  }

  /** The node is back, booted anew unless it was only cut off; one whose Node was deleted registers again. */
  up(name: string): void {
    const loss = this.#down.get(name);
    if (loss === undefined) return;
    this.#down.delete(name);
    const node = this.simulation.store.get<Node>(NODES, '', name)?.object;
    const known = this.#pools.get(name);
    if (node !== undefined) {
      const taints = (node.spec.taints ?? []).filter(({ key }) => key !== UNREACHABLE);
      const conditions = withCondition(
        node.status.conditions,
        this.#condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      );
      const nodeInfo = loss.cutOff ? node.status.nodeInfo : { ...node.status.nodeInfo, bootID: this.simulation.random.uuid() };
      replaceObject(this.simulation, NODES, { ...node, spec: { ...node.spec, taints }, status: { ...node.status, conditions, nodeInfo } });
    } else if (known !== undefined) this.#create(known.pool, known.index);
    this.kubelet.nodeReturned(name);
  }

  #markUnreachable(name: string, loss: Loss): void {
    const node = this.simulation.store.get<Node>(NODES, '', name)?.object;
    if (node === undefined) return;
    const now = this.simulation.events.now();
    const taint: Taint = { key: UNREACHABLE, effect: 'NoExecute', timeAdded: kubeTime(now) };
    const taints = [...(node.spec.taints ?? []), { key: UNREACHABLE, effect: 'NoSchedule', timeAdded: kubeTime(now) }, taint];
    const conditions = withCondition(
      node.status.conditions,
      this.#condition('Ready', 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.'),
    );
    replaceObject(this.simulation, NODES, { ...node, spec: { ...node.spec, taints }, status: { ...node.status, conditions } });
    for (const { object: pod } of this.simulation.store.list<Pod>(PODS)) {
      if (pod.spec.nodeName !== name || isTerminal(pod)) continue;
      const unready = withCondition(pod.status.conditions, this.#podCondition('Ready', 'False', 'NodeNotReady', 'Node is not ready'));
      replaceObject(this.simulation, PODS, { ...pod, status: { ...pod.status, conditions: unready } });
      this.recorder.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      const tolerated = (pod.spec.tolerations ?? [])
        .filter((toleration) => tolerates(toleration, taint))
        .map(({ tolerationSeconds }) => tolerationSeconds ?? Infinity);
      const seconds = tolerated.length === 0 ? 0 : Math.min(...tolerated);
      if (Number.isFinite(seconds)) {
        this.simulation.events.after(seconds * 1000, () => {
          if (this.#down.get(name) === loss) this.#evict(pod);
        });
      }
    }
  }

  #evict({ metadata }: Pod): void {
    const pod = this.#current(metadata.namespace ?? '', metadata.name, metadata.uid);
    if (pod === undefined || isTerminal(pod)) return;
    const conditions = withCondition(
      pod.status.conditions,
      this.#podCondition('DisruptionTarget', 'True', 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint'),
    );
    const marked = replaceObject(this.simulation, PODS, { ...pod, status: { ...pod.status, conditions } }).object;
    this.recorder.record(marked, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${metadata.namespace ?? ''}/${metadata.name}`);
    deleteObject(this.simulation, PODS, marked, {});
  }

  #current(namespace: string, name: string, uid: string): Pod | undefined {
    const pod = this.simulation.store.get<Pod>(PODS, namespace, name)?.object;
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  /** Conditions of pods know no heartbeat. */
  #podCondition(type: string, status: Condition['status'], reason: string, message: string): Condition {
    return { type, status, reason, message, lastProbeTime: null, lastTransitionTime: kubeTime(this.simulation.events.now()) };
  }

  #condition(type: string, status: Condition['status'], reason: string, message: string): Condition {
    const now = kubeTime(this.simulation.events.now());
    return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now };
  }
}
