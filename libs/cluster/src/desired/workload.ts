import type { JobSpec, ReplicaShape } from '#jobs';
import type { TenantSpace } from './tenant-space.ts';

/** An admitted attempt with all that its Kubernetes objects are made of. */
export interface Workload {
  readonly jobId: string;
  readonly attempt: number;
  readonly tenant: TenantSpace;
  readonly spec: JobSpec;
  /** What each pod requests. */
  readonly replica: ReplicaShape;
  readonly gpuClass: {
    readonly code: string;
    /** Extended resource, such as `nvidia.com/gpu`. */
    readonly resourceName: string;
    readonly nodeSelector: Readonly<Record<string, string>>;
  };
  /** Node of each replica, as decided at admission; empty: any node of the class. */
  readonly nodes: readonly string[];
}
