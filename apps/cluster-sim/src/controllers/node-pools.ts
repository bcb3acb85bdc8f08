import { formatQuantity } from '#kernel';

/** Nodes of one kind. */
export interface NodePool {
  /** Nodes are called `<name>-0`, `<name>-1`, … */
  readonly name: string;
  readonly count: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels that group its nodes, with the number of nodes in each group: the first ones are in group `<name>-0`. */
  readonly groups?: Readonly<Record<string, number>>;
  /** Besides these a node has `pods: 110` and `ephemeral-storage: 3500Gi`. */
  readonly capacity: Readonly<Record<string, string>>;
}

/** Two machines in a rack, two racks below a switch; NVLink joins the devices of one machine only. */
const GROUPS = { 'topology.kubernetes.io/rack': 2, 'topology.kubernetes.io/switch': 4, 'nvidia.com/gpu.clique': 1 };

/** A few nodes of each class the product's demo knows. */
export const DEFAULT_POOLS: readonly NodePool[] = [
  gpuPool('h800', 4, 'nvidia.com/gpu', '128', '2Ti'),
  gpuPool('a100', 4, 'nvidia.com/gpu', '96', '1Ti'),
  gpuPool('910b', 4, 'huawei.com/Ascend910', '192', '1536Gi'),
  { name: 'cpu', count: 2, capacity: { cpu: '64', memory: '256Gi' } },
];

/** A pool of whole machines with eight devices each, labelled with their class and where they are. */
export function gpuPool(gpuClass: string, count: number, resource: string, cpu: string, memory: string): NodePool {
  const labels = { 'speedspace.io/gpu-class': gpuClass };
  return { name: gpuClass, count, labels, groups: GROUPS, capacity: { cpu, memory, [resource]: '8' } };
}

/**
 * Pools from a trace's node list (`sn,cpu_milli,memory_mib,gpu,model`): one node per row, its class the model in lower case.
 */
export function poolsFromTrace(csv: string): NodePool[] {
  const [, ...rows] = csv.trim().split(/\r?\n/);
  return rows.map((row) => {
    const [name = '', cpuMilli = '0', memoryMib = '0', gpus = '0', model = ''] = row.split(',');
    const gpu = Number(gpus) > 0;
    return {
      name,
      count: 1,
      ...(gpu ? { labels: { 'speedspace.io/gpu-class': model.toLowerCase() } } : {}),
      capacity: {
        cpu: formatQuantity(BigInt(cpuMilli), 'decimal'),
        memory: `${memoryMib}Mi`,
        ...(gpu ? { 'nvidia.com/gpu': gpus } : {}),
      },
    };
  });
}
