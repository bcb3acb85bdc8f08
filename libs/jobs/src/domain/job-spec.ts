/** `low` is preemptible (rule S5). In the order in which the scheduler serves them. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What a tenant asked to be run, parsed: units in the names, every default filled. */
export interface JobSpec {
  /** A DNS label, for people; not unique. */
  readonly name: string;
  readonly gpuClass: string;
  /** Pods: all or none of them run (rule J4). */
  readonly replicas: number;
  readonly gpusPerReplica: number;
  readonly image: string;
  /** Empty: the image's own entry point. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly maxRuntimeSeconds: number;
  readonly checkpoint: {
    /** From SIGTERM to SIGKILL. */
    readonly graceSeconds: number;
    /** `auto`: queued again by itself once there are funds (rule F6). */
    readonly resume: 'auto' | 'manual';
  };
  readonly priority: Priority;
  /** Whether the wallet may pay what no grant covers (rule F1). */
  readonly selfPay: boolean;
  /** How often a pod that fails by the user's own doing is started again. */
  readonly retries: number;
  /** Per replica; null: the deployment's share per GPU. */
  readonly cpuMillis: number | null;
  readonly memoryBytes: number | null;
  /** Passed on to the pods; only those of the simulated cluster are allowed. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** GPUs the whole gang occupies. */
export function totalGpus(spec: Pick<JobSpec, 'replicas' | 'gpusPerReplica'>): number {
  return spec.replicas * spec.gpusPerReplica;
}
