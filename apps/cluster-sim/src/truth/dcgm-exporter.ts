import type { Pod } from '../objects/workloads.ts';
import { PODS } from '../schema/resources.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { PREFIX } from '../kubelet/pod-plan.ts';
import type { TruthLine } from './gpu-record.ts';

/** Of a GPU of which its pod says nothing. */
const DEFAULT_UTILISATION = 80;
const DEFAULT_MEMORY_MIB = 40_960;
const METRICS = [
  ['DCGM_FI_DEV_GPU_UTIL', 'GPU utilization (in %).', 'gpu-utilisation', DEFAULT_UTILISATION],
  ['DCGM_FI_DEV_FB_USED', 'Framebuffer memory used (in MiB).', 'gpu-memory-mib', DEFAULT_MEMORY_MIB],
] as const;

/**
 * What a DCGM exporter would report of the GPUs that pods run on now, in the text format of Prometheus: by the annotations
 * `sim.speedspace.io/gpu-utilisation` (percent) and `sim.speedspace.io/gpu-memory-mib` of the pods.
 */
export function dcgmMetrics(runs: readonly TruthLine[], store: ObjectStore): string {
  const running = runs.filter(({ endedAt, gpus }) => endedAt === undefined && gpus > 0);
  const lines = METRICS.flatMap(([metric, help, annotation, otherwise]) => [
    `# HELP ${metric} ${help}`,
    `# TYPE ${metric} gauge`,
    ...running.flatMap(({ namespace, name, node, uid, gpus }) => {
      const written = store.get<Pod>(PODS, namespace, name)?.object.metadata.annotations?.[PREFIX + annotation];
      const value = written !== undefined && Number.isFinite(Number(written)) ? Number(written) : otherwise;
      return Array.from({ length: gpus }, (_, gpu) => {
        const labels = { gpu: String(gpu), UUID: `GPU-${uid}-${gpu}`, Hostname: node, container: 'main', namespace, pod: name };
        return `${metric}{${Object.entries(labels)
          .map(([label, text]) => `${label}="${text}"`)
          .join(',')}} ${value}`;
      });
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
