/** What one replica occupies on a node. */
export interface ReplicaShape {
  readonly gpus: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  /** Disk of the node; absent: none is requested. */
  readonly ephemeralBytes?: number;
}

/** What the RuntimeClass of a GPU class adds to each pod; Kubernetes counts it beside the requests of the containers. */
export type PodOverhead = Pick<ReplicaShape, 'cpuMillis' | 'memoryBytes'>;

/** A node of a class when nothing runs on it. */
export interface NodeShape extends ReplicaShape {
  /** What each pod of the class takes beside its replica; absent: nothing. */
  readonly podOverhead?: PodOverhead;
  /** Its domain of each kind by which nodes are grouped. */
  readonly domains?: Readonly<Record<string, string>>;
}

/** What a pod occupies on its node: its replica, and the overhead of its RuntimeClass. */
export function podShape(replica: ReplicaShape, overhead: PodOverhead | undefined): ReplicaShape {
  if (overhead === undefined) return replica;
  return { ...replica, cpuMillis: replica.cpuMillis + overhead.cpuMillis, memoryBytes: replica.memoryBytes + overhead.memoryBytes };
}

/** How many replicas an empty node holds. */
export function placesOn(node: ReplicaShape, replica: ReplicaShape): number {
  return Math.min(
    Math.floor(node.gpus / replica.gpus),
    replica.cpuMillis === 0 ? Infinity : Math.floor(node.cpuMillis / replica.cpuMillis),
    replica.memoryBytes === 0 ? Infinity : Math.floor(node.memoryBytes / replica.memoryBytes),
    replica.ephemeralBytes === undefined ? Infinity : Math.floor((node.ephemeralBytes ?? 0) / replica.ephemeralBytes),
  );
}
