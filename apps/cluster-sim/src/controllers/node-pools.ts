import { formatQuantity } from '#kernel';

/** Nodes of one kind. */
export interface NodePool {
  /** Nodes are called `<name>-0`, `<name>-1`, … */
  readonly name: string;
  readonly count: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Besides these a node has `pods: 110` and `ephemeral-storage: 3500Gi`. */
  readonly capacity: Readonly<Record<string, string>>;
}

/** A few nodes of each class the product's demo knows. */
export const DEFAULT_POOLS: readonly NodePool[] = [
  gpuPool('h800', 4, 'nvidia.com/gpu', '128', '2Ti'),
  gpuPool('a100', 4, 'nvidia.com/gpu', '96', '1Ti'),
  gpuPool('910b', 4, 'huawei.com/Ascend910', '192', '1536Gi'),
  { name: 'cpu', count: 2, capacity: { cpu: '64', memory: '256Gi' } },
];

/** A pool of whole machines with eight devices each, labelled with their class. */
export function gpuPool(gpuClass: string, count: number, resource: string, cpu: string, memory: string): NodePool {
  return { name: gpuClass, count, labels: { 'speedspace.io/gpu-class': gpuClass }, capacity: { cpu, memory, [resource]: '8' } };
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
