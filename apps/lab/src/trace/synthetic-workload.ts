import type { NodeCapacity } from '#scheduling';
import { SeededRandom } from '../../../cluster-sim/src/index.ts';
import { GPU_CLASS, maxRuntimeAskedFor, type TraceJob, withLoad, type Workload } from './workload.ts';

const GPUS_PER_NODE = 8;
const CPU_MILLIS_PER_GPU = 16_000;
const MEMORY_BYTES_PER_GPU = 128 * 2 ** 30;
const TENANTS = 12;

/** GPUs of a job and how often it is drawn: a third on a part of a node, the others gangs of whole nodes from 8 to 512 GPUs. */
const SIZES: readonly (readonly [gpus: number, weight: number])[] = [
  [1, 14],
  [2, 10],
  [4, 10],
  [8, 26],
  [16, 16],
  [32, 11],
  [64, 7],
  [128, 4],
  [256, 1.5],
  [512, 0.5],
];

export interface SyntheticOptions {
  readonly nodes: number;
  readonly jobs: number;
  /** What the jobs need, as a multiple of what the nodes have while jobs are submitted. */
  readonly load: number;
  readonly seed: string;
}

/**
 * A workload of gangs, the same for the same options. A few of the twelve companies submit most of the jobs, in bursts (one company submits
 * several alike jobs in a minute). A job runs for half an hour as a median, and a gang for longer the larger it is.
 */
export function syntheticWorkload({ nodes: nodeCount, jobs: jobCount, load, seed }: SyntheticOptions): Workload {
  const random = new SeededRandom(seed);
  const nodes = gpuNodes(nodeCount);
  const sizes = SIZES.filter(([gpus]) => gpus <= nodeCount * GPUS_PER_NODE);
  const jobs: TraceJob[] = [];
  for (let at = 0; jobs.length < jobCount; at += exponential(random, 600)) {
    const tenantId = `tenant-${String(Math.floor(TENANTS * random.next() ** 2)).padStart(2, '0')}`;
    const gpus = weighted(random, sizes);
    const burst = Math.min(1 + Math.floor(exponential(random, 2)), jobCount - jobs.length);
    for (let n = 0; n < burst; n += 1) jobs.push(drawnJob(random, jobs.length, tenantId, Math.round(at) + 20 * n, gpus));
  }
  const sorted = jobs.toSorted((a, b) => a.submittedAt - b.submittedAt);
  return {
    name: 'synthetic',
    origin: `a synthetic workload of gangs up to ${sizes.at(-1)?.[0] ?? 0} GPUs, seed ${seed}`,
    nodes,
    jobs: withLoad(sorted, nodes, load),
  };
}

/** Alike nodes of eight GPUs. */
export function gpuNodes(count: number): NodeCapacity[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `node-${String(index).padStart(4, '0')}`,
    gpus: { [GPU_CLASS]: GPUS_PER_NODE },
    cpuMillis: GPUS_PER_NODE * CPU_MILLIS_PER_GPU,
    memoryBytes: GPUS_PER_NODE * MEMORY_BYTES_PER_GPU,
    openTo: [GPU_CLASS],
  }));
}

function drawnJob(random: SeededRandom, index: number, tenantId: string, submittedAt: number, gpus: number): TraceJob {
  const perReplica = Math.min(gpus, GPUS_PER_NODE);
  const typicalSeconds = 1_800 * Math.max(1, gpus / 8) ** 0.25;
  const runtimeSeconds = Math.max(30, Math.round(typicalSeconds * Math.exp(1.3 * normal(random))));
  const chance = random.next();
  return {
    id: `job-${String(index).padStart(6, '0')}`,
    tenantId,
    priority: chance < 0.2 ? 'high' : chance < 0.8 ? 'normal' : 'low',
    submittedAt,
    runtimeSeconds,
    maxRuntimeSeconds: maxRuntimeAskedFor(runtimeSeconds, 1 + 4 * random.next()),
    replicas: gpus / perReplica,
    replica: { gpus: perReplica, cpuMillis: perReplica * CPU_MILLIS_PER_GPU, memoryBytes: perReplica * MEMORY_BYTES_PER_GPU },
  };
}

function exponential(random: SeededRandom, mean: number): number {
  return -Math.log(1 - random.next()) * mean;
}

/** Standard normal, by Box and Muller. */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function weighted(random: SeededRandom, choices: readonly (readonly [number, number])[]): number {
  let left = random.next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return choices.at(-1)?.[0] ?? 1;
}
