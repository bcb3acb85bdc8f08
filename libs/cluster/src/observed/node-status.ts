import type { V1Node, V1Pod } from '@kubernetes/client-node';
import type { TopologyLabels } from '#jobs';
import { type Instant } from '#kernel';
import { carries, domainsOf, isReady, type NodeClass, nodeCapacities, occupies } from './capacity.ts';
import { maintenanceAt } from './maintenance.ts';
import { type NodeClosure, nodeClosures } from './node-closures.ts';
import { podRequest } from './pod-requests.ts';
import { amountOf, numberOf } from './quantity.ts';

/** The GPUs of one resource name on a node. Several classes may share them. */
export interface NodeGpus {
  readonly resourceName: string;
  /** Classes that have these GPUs. */
  readonly classes: readonly string[];
  /** Classes whose pods may start here: those of no closure of the node. */
  readonly openTo: readonly string[];
  /** GPUs that the node has. */
  readonly total: number;
  /** Those that its device plugin reports as healthy. */
  readonly healthy: number;
  /** Requested by pods that are not ours. */
  readonly foreign: number;
}

/** A node as an operator looks at it. */
export interface NodeStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** When its maintenance begins, or has begun. */
  readonly maintenanceFrom?: Instant;
  /** When it is announced to end: later than now. */
  readonly maintenanceUntil?: Instant;
  /** Announcements of maintenance that cannot be used: a sentence for operators each. */
  readonly ignoredAnnouncements: readonly string[];
  /** Its domain of each kind by which nodes are grouped. */
  readonly domains: Readonly<Record<string, string>>;
  /** Everything for which it is closed to classes of it. */
  readonly closures: readonly NodeClosure[];
  readonly gpus: readonly NodeGpus[];
}

/** The nodes that have GPUs of any of `classes` at `now`, by name. */
export function nodeStatuses(
  nodes: readonly V1Node[],
  foreign: readonly V1Pod[],
  classes: readonly NodeClass[],
  now: Instant,
  topology: TopologyLabels = {},
): NodeStatus[] {
  const byNode = Map.groupBy(foreign.filter(occupies), (pod) => pod.spec?.nodeName ?? '');
  return nodes
    .map((node): NodeStatus => {
      const name = node.metadata?.name ?? '';
      const cordoned = node.spec?.unschedulable === true;
      const ready = isReady(node);
      const maintenance = maintenanceAt(node, now);
      const { from, until, ignored } = maintenance;
      const pods = byNode.get(name) ?? [];
      const [capacity] = nodeCapacities([node], pods, classes);
      const unreadable = capacity?.unreadable;
      const carried = classes.filter((gpuClass) => carries(node, gpuClass));
      const closures = nodeClosures(node, carried, maintenance, unreadable, now);
      const closedTo = new Set(closures.flatMap((closure) => closure.classes));
      const present = Map.groupBy(carried, ({ resourceName }) => resourceName);
      const gpus = [...present].map(([resourceName, own]): NodeGpus => {
        const healthy = amountOf(node.status?.allocatable?.[resourceName]);
        return {
          resourceName,
          classes: own.map(({ code }) => code),
          openTo: own.map(({ code }) => code).filter((code) => !closedTo.has(code)),
          total: Math.max(healthy, amountOf(node.status?.capacity?.[resourceName])),
          healthy,
          foreign: unreadable === undefined ? numberOf(pods.reduce((sum, pod) => sum + podRequest(pod, resourceName), 0n)) : 0,
        };
      });
      return {
        ...{ name, ready, cordoned, closures, ignoredAnnouncements: ignored, domains: domainsOf(node, topology), gpus },
        ...(from !== undefined && { maintenanceFrom: from }),
        ...(until !== undefined && { maintenanceUntil: until }),
      };
    })
    .filter(({ gpus }) => gpus.length > 0)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
