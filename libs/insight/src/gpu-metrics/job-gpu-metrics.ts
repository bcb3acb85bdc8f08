import { type Attempt, replicaOfPodName } from '#cluster';
import type { Instant } from '#kernel';
import type { Series } from './prometheus.ts';

/** What the GPUs of a replica did at an instant; null where it was not measured. */
export interface GpuPoint {
  readonly at: Instant;
  /** Mean of its GPUs, in percent. */
  readonly utilisation: number | null;
  /** Mean of its GPUs, in MiB. */
  readonly memoryMib: number | null;
}

export interface ReplicaMetrics {
  readonly replica: number;
  readonly points: readonly GpuPoint[];
}

/** The metrics of the DCGM exporter that are asked for, with the largest value that they may have. */
export const DCGM = {
  utilisation: { metric: 'DCGM_FI_DEV_GPU_UTIL', most: 100 },
  // More than any GPU has.
  memoryMib: { metric: 'DCGM_FI_DEV_FB_USED', most: 4 * 1024 * 1024 },
} as const;

/** Points of an answer, at most. */
const MOST_POINTS = 240;
const LEAST_STEP_SECONDS = 15;

/** Seconds between two points of a range: whole quarters of a minute, and as few points as a chart shows. */
export function stepFor(from: Instant, to: Instant): number {
  return Math.max(LEAST_STEP_SECONDS, Math.ceil((to - from) / MOST_POINTS / LEAST_STEP_SECONDS) * LEAST_STEP_SECONDS);
}

/**
 * The query for a metric of the pods of an attempt in the company's namespace, by pod. Where Prometheus keeps the labels of its target, it
 * renames those of the exporter to `exported_…`.
 */
export function queryFor(metric: string, namespace: string, { jobId, attempt }: Attempt): string {
  const pods = `${jobId.replace('_', '-')}-${attempt}-[0-9]+-[0-9a-z]+`;
  const own = `${metric}{namespace="${namespace}",pod=~"${pods}"}`;
  const exported = `${metric}{exported_namespace="${namespace}",exported_pod=~"${pods}"}`;
  return `avg by (pod) (${own}) or avg by (exported_pod) (${exported})`;
}

/**
 * The metrics of the replicas of an attempt. What Prometheus says of other pods and values that no GPU has are left out: it is asked by
 * labels, and does not have to be believed.
 */
export function replicaMetrics(of: Attempt, utilisation: readonly Series[], memory: readonly Series[]): ReplicaMetrics[] {
  const byReplica = new Map<number, Map<Instant, { utilisation: number | null; memoryMib: number | null }>>();
  const add = (series: readonly Series[], field: keyof typeof DCGM): void => {
    for (const { labels, points } of series) {
      const pod = replicaOfPodName(labels['pod'] ?? labels['exported_pod'] ?? '');
      if (pod?.jobId !== of.jobId || pod.attempt !== of.attempt) continue;
      const own = byReplica.get(pod.index) ?? new Map<Instant, { utilisation: number | null; memoryMib: number | null }>();
      byReplica.set(pod.index, own);
      for (const [at, value] of points) {
        if (value < 0 || value > DCGM[field].most) continue;
        const point = own.get(at) ?? { utilisation: null, memoryMib: null };
        point[field] = Math.round(value * 10) / 10;
        own.set(at, point);
      }
    }
  };
  add(utilisation, 'utilisation');
  add(memory, 'memoryMib');
  return [...byReplica]
    .map(([replica, own]) => ({
      replica,
      points: [...own].map(([at, point]) => ({ at, ...point })).sort((a, b) => a.at - b.at),
    }))
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => a.replica - b.replica);
}
