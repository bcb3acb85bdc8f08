import type { Instant } from '#kernel';

/** What one pod of a gang needs of its node. */
export interface Replica {
  readonly gpus: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  /** Disk of the node; absent: none. */
  readonly ephemeralBytes?: number;
}

/** What a node has, without what foreign pods occupy. */
export interface NodeCapacity {
  readonly name: string;
  /** GPUs by class: a node whose GPUs are sliced can have several classes. */
  readonly gpus: Readonly<Record<string, number>>;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  /** Disk for pods that request some; absent: none. */
  readonly ephemeralBytes?: number;
  /** Classes whose pods may start on it: none while it is cordoned or not ready, and none whose pods do not tolerate its taints. */
  readonly openTo: readonly string[];
  /** In which rack, below which switch and so on it is: the name of its domain of each kind. */
  readonly domains?: Readonly<Record<string, string>>;
  /** When a maintenance window begins. Nothing is placed on the node that could still run then. */
  readonly closesAt?: Instant;
  /** When it is announced to open again; later than `closesAt`, but perhaps past. Nothing is placed on it for this alone. */
  readonly opensAt?: Instant;
  /** Why nobody knows what is free on it: a sentence for operators. It is open to no class. */
  readonly unreadable?: string;
}

/** One of our pods on its node. It occupies the node until the pod is gone, whatever the state of its job. */
export interface BoundPod {
  readonly admissionId: string;
  readonly index: number;
  readonly gpuClass: string;
  readonly node: string;
  readonly replica: Replica;
}

/** An admitted job that has not ended. */
export interface Gang {
  readonly admissionId: string;
  readonly tenantId: string;
  /** Where it belongs to a project. */
  readonly projectId?: string;
  readonly gpuClass: string;
  readonly replica: Replica;
  /** The node of each replica, as decided at admission. */
  readonly placement: readonly string[];
  /** Its latest end, by its max runtime and grace. */
  readonly endsBy: Instant;
}

/** Everything that a cycle knows about the cluster. */
export interface Snapshot {
  readonly nodes: readonly NodeCapacity[];
  readonly pods: readonly BoundPod[];
  readonly gangs: readonly Gang[];
}

/** What occupies a part of a node until it ends. */
export interface Occupant {
  readonly node: string;
  readonly gpuClass: string;
  readonly replica: Replica;
  readonly endsBy: Instant;
}

/**
 * What occupies the nodes: each replica of a gang once, on the node of its pod or else on the decided node, and our pods that remain from
 * ended attempts. Those count as gone in the next second.
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
