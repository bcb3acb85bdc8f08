import type { Instant } from '#kernel';

/** What one pod of a gang needs of its node. */
export interface Replica {
  readonly gpus: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

/** A node as the cluster has it, less what pods that are not ours occupy. */
export interface NodeCapacity {
  readonly name: string;
  /** By GPU class: a node whose GPUs are sliced may carry several. */
  readonly gpus: Readonly<Record<string, number>>;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  /** False while it is cordoned, not ready or in maintenance. */
  readonly open: boolean;
  /** When a maintenance window begins: nothing is placed there that could run past it. */
  readonly closesAt?: Instant;
}

/** One of our pods on its node; it occupies it until it is gone, whatever became of its job. */
export interface BoundPod {
  readonly admissionId: string;
  readonly index: number;
  readonly gpuClass: string;
  readonly node: string;
  readonly replica: Replica;
}

/** What was admitted and has not ended. */
export interface Gang {
  readonly admissionId: string;
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly replica: Replica;
  /** Node of each replica, as decided at admission. */
  readonly placement: readonly string[];
  /** When it will have ended at the latest, by its max runtime and grace. */
  readonly endsBy: Instant;
}

/** All that a cycle knows of the cluster. */
export interface Snapshot {
  readonly nodes: readonly NodeCapacity[];
  readonly pods: readonly BoundPod[];
  readonly gangs: readonly Gang[];
}

/** Something that occupies a node until it ends. */
export interface Occupant {
  readonly node: string;
  readonly gpuClass: string;
  readonly replica: Replica;
  readonly endsBy: Instant;
}

/**
 * What occupies the nodes: each replica of a gang once, where its pod is bound or else where it was decided to go, and our pods
 * that are left over from attempts which have ended, gone within the moment.
 */
export function occupants(snapshot: Snapshot, now: Instant): Occupant[] {
  const bound = new Map(snapshot.pods.map((pod) => [`${pod.admissionId}#${pod.index}`, pod]));
  const admitted = new Set(snapshot.gangs.map(({ admissionId }) => admissionId));
  const soonest = now + 1;
  const ofGangs = snapshot.gangs.flatMap(({ admissionId, gpuClass, replica, placement, endsBy }) =>
    placement.map((decided, index) => {
      const node = bound.get(`${admissionId}#${index}`)?.node ?? decided;
      return { node, gpuClass, replica, endsBy: Math.max(endsBy, soonest) };
    }),
  );
  const leftOver = snapshot.pods
    .filter(({ admissionId }) => !admitted.has(admissionId))
    .map(({ node, gpuClass, replica }) => ({ node, gpuClass, replica, endsBy: soonest }));
  return [...ofGangs, ...leftOver];
}
