import type { ImportedSpec } from './imported-job.ts';
import type { ManifestPart } from './manifest-part.ts';

/** Resources of the node itself; every other one in a container's limits is a device. */
const NATIVE = /^(cpu|memory|ephemeral-storage|pods|hugepages-.*)$/;
const NETWORK_DEVICE = /rdma|hca|sriov|roce|infiniband/i;

export function isDevice(resource: string): boolean {
  return !NATIVE.test(resource) && !NETWORK_DEVICE.test(resource);
}

/**
 * `resources` of a container: limits, and where they say nothing, requests.
 * @returns the name of the extended resource for GPUs
 */
export function readResources(resources: ManifestPart, spec: ImportedSpec): string | undefined {
  const asked = { ...resources.texts('requests'), ...resources.texts('limits') };
  const { cpu, memory, 'ephemeral-storage': disk, ...others } = asked;
  if (cpu !== undefined) spec.cpu = cpu;
  if (memory !== undefined) spec.memory = memory;
  if (disk !== undefined) spec.ephemeralStorage = disk;
  const [device, ...more] = Object.keys(others).filter(isDevice);
  const amount = device === undefined ? undefined : others[device];
  if (amount !== undefined && /^\d{1,4}$/.test(amount)) spec.gpusPerReplica = Number(amount);
  for (const other of [...more, ...Object.keys(others).filter((name) => !isDevice(name))]) {
    const detail = NETWORK_DEVICE.test(other)
      ? 'Pods talk over the network of the cluster. Set NCCL_IB_DISABLE=1 in env if NCCL looks for InfiniBand.'
      : 'A replica has GPUs of one class, CPU and memory.';
    resources.leavePlace(`limits/${other.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail);
  }
  resources.close();
  return device;
}
