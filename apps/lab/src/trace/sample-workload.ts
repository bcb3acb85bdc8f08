import { demoWorkload, numberOf } from '../../../standalone/src/demo/workload.ts';
import { gpuNodes } from './synthetic-workload.ts';
import { maxRuntimeAskedFor, type TraceJob, withLoad, type Workload } from './workload.ts';

const TENANTS = 12;
const CPU_MILLIS_PER_GPU = 8_000;
const MEMORY_BYTES_PER_GPU = 32 * 2 ** 30;

/** In place of the trace, where its folder is absent: tasks whose sizes and times are spread as those of the trace, the same every time. */
export async function sampleWorkload(size: { readonly nodes: number; readonly jobs: number; readonly load: number }): Promise<Workload> {
  const { tasks } = await demoWorkload(undefined);
  const chance = (index: number, what: string): number => numberOf('trace-sample', what, index) / 2 ** 32;
  let at = 0;
  const jobs = Array.from({ length: size.jobs }, (_, index): TraceJob => {
    const { gpus, seconds } = tasks[index % tasks.length] ?? { gpus: 1, seconds: 3_600 };
    // Four of five come within a minute after the one before: the trace is bursty.
    at += Math.round(chance(index, 'burst') < 0.8 ? 60 * chance(index, 'gap') : 7_200 * chance(index, 'gap'));
    return {
      id: `sample-${String(index).padStart(6, '0')}`,
      tenantId: `tenant-${String(numberOf('trace-sample', 'tenant', index) % TENANTS).padStart(2, '0')}`,
      priority: (['high', 'normal', 'low'] as const)[numberOf('trace-sample', 'priority', index) % 3] ?? 'normal',
      submittedAt: at,
      runtimeSeconds: seconds,
      maxRuntimeSeconds: maxRuntimeAskedFor(seconds, 1 + 4 * chance(index, 'factor')),
      replicas: 1,
      replica: { gpus, cpuMillis: gpus * CPU_MILLIS_PER_GPU, memoryBytes: gpus * MEMORY_BYTES_PER_GPU },
    };
  });
  const nodes = gpuNodes(size.nodes);
  return { name: 'trace', origin: 'a built-in sample: the trace is not here', nodes, jobs: withLoad(jobs, nodes, size.load) };
}
