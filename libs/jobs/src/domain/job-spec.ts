import type { ContainerSettings } from './container-settings.ts';
import type { Topology } from './topology.ts';
import type { SecretFiles, SecretVariables } from './job-secrets.ts';
import type { WrittenDependency } from './dependencies.ts';

/** In the order in which the scheduler serves them. `low` is preemptible (rule S5). */
export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A parsed job file, with units in the names and all defaults filled in. */
export interface JobSpec extends ContainerSettings {
  /** A DNS label, for people; not unique. */
  readonly name: string;
  /** Code of the project that it belongs to (rule P8); absent: none. */
  readonly project?: string;
  readonly gpuClass: string;
  /** Number of pods. All of them start, or none (rule J4). */
  readonly replicas: number;
  readonly gpusPerReplica: number;
  readonly image: string;
  /** Empty for the entry point of the image. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly maxRuntimeSeconds: number;
  readonly checkpoint: {
    /** From SIGTERM to SIGKILL. */
    readonly graceSeconds: number;
    /** `auto`: a job that was stopped for lack of funds returns to the queue without a person once there are funds (rule F6). */
    readonly resume: 'auto' | 'manual';
  };
  readonly priority: Priority;
  /** Whether the wallet may pay for what no grant covers (rule F1). */
  readonly selfPay: boolean;
  /** How often a pod that fails by the user's fault is started again. */
  readonly retries: number;
  /** Per replica; null for the deployment's share per GPU. */
  readonly cpuMillis: number | null;
  readonly memoryBytes: number | null;
  /** Absent: its pods may be on any nodes. */
  readonly topology?: Topology;
  /** Names of registry secrets that the image is pulled with. */
  readonly imagePullSecrets?: readonly string[];
  /** Secrets whose variables the pods get; those of `env` win. */
  readonly envFrom?: readonly SecretVariables[];
  /** Secrets whose files the pods mount, read-only. */
  readonly files?: readonly SecretFiles[];
  /** Jobs that must have ended before it may start; absent: none. */
  readonly after?: readonly WrittenDependency[];
  /** Annotations of the pods. Only those of the simulated cluster are allowed. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The GPUs of the whole gang. */
export function totalGpus(spec: Pick<JobSpec, 'replicas' | 'gpusPerReplica'>): number {
  return spec.replicas * spec.gpusPerReplica;
}
