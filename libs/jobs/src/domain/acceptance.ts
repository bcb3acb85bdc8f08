import { DomainError, jsonPointer } from '#kernel';
import type { ImagePolicy } from './image-policy.ts';
import { refuseIfAny } from './job-faults.ts';
import type { JobSpec } from './job-spec.ts';
import { totalGpus } from './job-spec.ts';
import { type NodeShape, placesOn, podShape, type ReplicaShape } from './node-shape.ts';
import type { TopologyLabels } from './topology.ts';

/** The deployment's defaults for CPU and memory, and its policy of images. */
export interface JobPolicy extends ImagePolicy {
  readonly cpuMillisPerGpu: number;
  readonly memoryBytesPerGpu: number;
  /** Whether the cluster is the simulated one, which plays its pods by their annotations. On a real cluster, pods get no annotations of tenants. */
  readonly simulatedCluster: boolean;
  /** By what the nodes are grouped. */
  readonly topologyLabels: TopologyLabels;
}

/** What acceptance needs to know about a GPU class. */
export interface OfferedClass {
  readonly code: string;
  readonly active: boolean;
  readonly gpusPerNode: number;
}

/** What a replica of `spec` needs. The deployment's share per GPU replaces what the spec leaves open. */
export function replicaShape(
  spec: Pick<JobSpec, 'gpusPerReplica' | 'cpuMillis' | 'memoryBytes' | 'ephemeralBytes'>,
  policy: Pick<JobPolicy, 'cpuMillisPerGpu' | 'memoryBytesPerGpu'>,
): ReplicaShape {
  return {
    gpus: spec.gpusPerReplica,
    cpuMillis: spec.cpuMillis ?? policy.cpuMillisPerGpu * spec.gpusPerReplica,
    memoryBytes: spec.memoryBytes ?? policy.memoryBytesPerGpu * spec.gpusPerReplica,
    ...(spec.ephemeralBytes !== undefined && { ephemeralBytes: spec.ephemeralBytes }),
  };
}

/** The annotations of the pods of `spec`: none on a real cluster, because they only direct the simulated one. */
export function podAnnotations({ annotations }: Pick<JobSpec, 'annotations'>, policy: JobPolicy): JobSpec['annotations'] {
  return policy.simulatedCluster ? annotations : {};
}

/** @throws JobRefused `job.invalid` for annotations that only the simulated cluster knows, each with its pointer */
export function requireKnownAnnotations({ annotations }: Pick<JobSpec, 'annotations'>, policy: JobPolicy): void {
  if (policy.simulatedCluster) return;
  refuseIfAny(
    Object.keys(annotations).map((key) => ({
      field: jsonPointer(['metadata', 'annotations', key]),
      detail: `The annotation "${key}" directs a simulated cluster, and this one is real.`,
      remedy: 'Remove it: the command alone decides what the pods do.',
    })),
  );
}

/** @throws DomainError `job.class-inactive` */
export function requireOffered(offered: OfferedClass): void {
  if (offered.active) return;
  throw new DomainError('job.class-inactive', {
    field: '/spec/gpuClass',
    detail: `The GPU class "${offered.code}" takes no new jobs.`,
    remedy: 'Choose one of the classes in service.',
  });
}

/**
 * Refuses a gang that would not fit even if all nodes were empty (rule J3).
 * @param nodes what the nodes of the class have, if the cluster answered; otherwise the catalog's data on a node decide
 * @throws DomainError `job.shape-too-large`
 */
export function requireFittingShape(spec: JobSpec, replica: ReplicaShape, offered: OfferedClass, nodes: readonly NodeShape[] = []): void {
  if (replica.gpus > offered.gpusPerNode) {
    throw new DomainError('job.shape-too-large', {
      field: '/spec/gpusPerReplica',
      detail: `A node of class "${offered.code}" has ${offered.gpusPerNode} GPUs; a replica asks for ${replica.gpus}.`,
      remedy: `Ask for at most ${offered.gpusPerNode} GPUs per replica, and for more replicas.`,
    });
  }
  if (nodes.length === 0) return;
  const places = nodes.map((node) => placesOn(node, podShape(replica, node.podOverhead)));
  if (Math.max(...places) === 0) throw replicaFitsNowhere(replica, offered, nodes);
  const capacity = places.reduce((sum, count) => sum + count, 0);
  if (capacity >= spec.replicas) return;
  throw new DomainError('job.shape-too-large', {
    field: '/spec/replicas',
    detail: `All nodes of class "${offered.code}" together hold ${capacity} such replicas; the job asks for ${spec.replicas} (${totalGpus(spec)} GPUs).`,
    remedy: `Ask for at most ${capacity} replicas.`,
  });
}

/** The field of the job file that asks for each part of a replica. */
const FIELD_OF = {
  gpus: '/spec/gpusPerReplica',
  cpuMillis: '/spec/cpu',
  memoryBytes: '/spec/memory',
  ephemeralBytes: '/spec/ephemeralStorage',
} as const;

function replicaFitsNowhere(replica: ReplicaShape, offered: OfferedClass, nodes: readonly NodeShape[]): DomainError {
  const lacking = (['gpus', 'cpuMillis', 'memoryBytes', 'ephemeralBytes'] as const).find((part) =>
    nodes.every((node) => (node[part] ?? 0) < (podShape(replica, node.podOverhead)[part] ?? 0)),
  );
  const isOverhead = nodes.some((node) => node.podOverhead !== undefined);
  return new DomainError('job.shape-too-large', {
    field: FIELD_OF[lacking ?? 'gpus'],
    detail: `No node of class "${offered.code}" can hold one replica, even when it is empty${isOverhead ? ' (the RuntimeClass of the class adds its overhead to each pod)' : ''}.`,
    remedy: 'Ask for less per replica, and for more replicas.',
  });
}
