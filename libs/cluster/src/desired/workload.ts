import type { GpuClass } from '#catalog';
import type { ImagePullPolicy, JobSpec, ReplicaShape } from '#jobs';
import type { TenantSpace } from './tenant-space.ts';

/** An admitted attempt with all that its Kubernetes objects are made of. */
export interface Workload {
  readonly jobId: string;
  readonly attempt: number;
  readonly tenant: TenantSpace;
  readonly spec: JobSpec;
  /** When the image is asked of its registry. */
  readonly imagePullPolicy: ImagePullPolicy;
  /** What each pod requests. */
  readonly replica: ReplicaShape;
  readonly gpuClass: Pick<GpuClass, 'code' | 'resourceName' | 'nodeSelector' | 'runtimeClassName' | 'tolerations'>;
  /** Node of each replica, as decided at admission; empty: any node of the class. */
  readonly nodes: readonly string[];
}
