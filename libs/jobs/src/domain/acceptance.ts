import { DomainError, jsonPointer } from '#kernel';
import { refuseIfAny } from './job-faults.ts';
import type { JobSpec } from './job-spec.ts';
import { totalGpus } from './job-spec.ts';

/** What the deployment gives a pod that names no CPU or memory, and which images it runs. */
export interface JobPolicy {
  /** Patterns in which `*` stands for anything, such as `registry.park.example/*`. */
  readonly allowedImages: readonly string[];
  readonly cpuMillisPerGpu: number;
  readonly memoryBytesPerGpu: number;
  /** Whether the cluster is the simulated one, which plays its pods by their annotations; on a real one pods have none of a tenant's. */
  readonly simulatedCluster: boolean;
}

/** What one replica occupies on a node. */
export interface ReplicaShape {
  readonly gpus: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

/** What a GPU class allows, as far as acceptance is concerned. */
export interface OfferedClass {
  readonly code: string;
  readonly active: boolean;
  readonly gpusPerNode: number;
}

/** The replica of `spec`, its gaps filled by the deployment's share per GPU. */
export function replicaShape(
  spec: Pick<JobSpec, 'gpusPerReplica' | 'cpuMillis' | 'memoryBytes'>,
  policy: Pick<JobPolicy, 'cpuMillisPerGpu' | 'memoryBytesPerGpu'>,
): ReplicaShape {
  return {
    gpus: spec.gpusPerReplica,
    cpuMillis: spec.cpuMillis ?? policy.cpuMillisPerGpu * spec.gpusPerReplica,
    memoryBytes: spec.memoryBytes ?? policy.memoryBytesPerGpu * spec.gpusPerReplica,
  };
}

/** The annotations that the pods of `spec` bear: those that direct the simulated cluster do not exist on another. */
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

/** @throws DomainError `job.image-not-allowed` */
export function requireAllowedImage(image: string, patterns: readonly string[]): void {
  if (patterns.some((pattern) => matches(image, pattern))) return;
  throw new DomainError('job.image-not-allowed', {
    field: '/spec/image',
    detail: `The image "${image}" is not from an allowed place.`,
    remedy: patterns.length === 0 ? 'Ask the park to allow an image registry.' : `Push it to one of: ${patterns.join(', ')}.`,
  });
}

/** Whether `image` is what `pattern` allows: `*` is any text, slashes too, and every other character is itself. */
function matches(image: string, pattern: string): boolean {
  return new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(image);
}

/**
 * Refuses a gang that no set of nodes could hold even if all were empty.
 * @param nodes what the nodes of the class have, where the cluster could be asked; without it the catalog's word on a node counts
 * @throws DomainError `job.shape-too-large`
 */
export function requireFittingShape(
  spec: JobSpec,
  replica: ReplicaShape,
  offered: OfferedClass,
  nodes: readonly ReplicaShape[] = [],
): void {
  if (replica.gpus > offered.gpusPerNode) {
    throw new DomainError('job.shape-too-large', {
      field: '/spec/gpusPerReplica',
      detail: `A node of class "${offered.code}" has ${offered.gpusPerNode} GPUs; a replica asks for ${replica.gpus}.`,
      remedy: `Ask for at most ${offered.gpusPerNode} GPUs per replica, and for more replicas.`,
    });
  }
  if (nodes.length === 0) return;
  const places = nodes.map((node) => placesOn(node, replica));
  if (Math.max(...places) === 0) throw replicaFitsNowhere(replica, offered, nodes);
  const capacity = places.reduce((sum, count) => sum + count, 0);
  if (capacity >= spec.replicas) return;
  throw new DomainError('job.shape-too-large', {
    field: '/spec/replicas',
    detail: `All nodes of class "${offered.code}" together hold ${capacity} such replicas; the job asks for ${spec.replicas} (${totalGpus(spec)} GPUs).`,
    remedy: `Ask for at most ${capacity} replicas.`,
  });
}

function placesOn(node: ReplicaShape, replica: ReplicaShape): number {
  return Math.min(
    Math.floor(node.gpus / replica.gpus),
    replica.cpuMillis === 0 ? Infinity : Math.floor(node.cpuMillis / replica.cpuMillis),
    replica.memoryBytes === 0 ? Infinity : Math.floor(node.memoryBytes / replica.memoryBytes),
  );
}

function replicaFitsNowhere(replica: ReplicaShape, offered: OfferedClass, nodes: readonly ReplicaShape[]): DomainError {
  const lacking = (['gpus', 'cpuMillis', 'memoryBytes'] as const).find((part) => nodes.every((node) => node[part] < replica[part]));
  const field = lacking === 'cpuMillis' ? '/spec/cpu' : lacking === 'memoryBytes' ? '/spec/memory' : '/spec/gpusPerReplica';
  return new DomainError('job.shape-too-large', {
    field,
    detail: `No node of class "${offered.code}" can hold one replica, even when it is empty.`,
    remedy: 'Ask for less per replica, and for more replicas.',
  });
}
