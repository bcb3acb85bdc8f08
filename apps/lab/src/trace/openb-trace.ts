import { createHash } from 'node:crypto';
import type { NodeCapacity } from '#scheduling';
import { UsageError } from '../usage-error.ts';
import { type OpenbNode, openbNodes, type OpenbTask, openbTasks } from './openb-files.ts';
import { GPU_CLASS, maxRuntimeAskedFor, type TraceJob, withLoad, type Workload } from './workload.ts';

const TENANTS = 12;
/** Shorter tasks failed at once; longer ones are services, which no queue is for. */
const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 86_400;

export interface TraceOptions {
  /** Where the two files of the trace are. */
  readonly folder: string;
  /** How many of its nodes with GPUs are taken. */
  readonly nodes: number;
  /** How many of its tasks are taken. */
  readonly jobs: number;
  readonly load: number;
}

/**
 * The trace `cluster-trace-gpu-v2023` (Alibaba): tasks of whole GPUs that ran from half a minute to a day, and nodes with GPUs, both taken
 * at even steps. All GPUs count as one class, because the tasks name no model. The trace has no tenants and no max runtimes: a hash of a
 * task's name decides which of twelve tenants it belongs to, and how many times its length its owner asked for. Its `qos` becomes the
 * priority: `LS` (latency-sensitive) is high, `BE` (best effort) is low.
 * @throws UsageError where a file cannot be read, is not of this trace, or has fewer rows than asked for
 */
export async function openbWorkload({ folder, nodes: nodeCount, jobs: jobCount, load }: TraceOptions): Promise<Workload> {
  const allNodes = (await openbNodes(folder)).filter(({ gpus }) => gpus > 0);
  const allTasks = (await openbTasks(folder)).filter(isReplayed);
  const mostGpus = Math.max(...allNodes.map(({ gpus }) => gpus));
  const nodes = everyStep(allNodes, nodeCount, 'nodes with GPUs').map(capacityOf);
  const tasks = everyStep(
    allTasks.filter(({ gpus }) => gpus <= mostGpus),
    jobCount,
    'tasks of whole GPUs that ran from 30 s to a day',
  );
  const jobs = tasks.map(jobOf).toSorted((a, b) => a.submittedAt - b.submittedAt);
  return { name: 'trace', origin: `the openb trace, ${jobCount} of ${allTasks.length} tasks`, nodes, jobs: withLoad(jobs, nodes, load) };
}

function isReplayed({ gpus, gpuMillis, createdAt: from, deletedAt: until }: OpenbTask): boolean {
  return gpus >= 1 && gpuMillis === 1_000 && until - from >= SHORTEST_SECONDS && until - from <= LONGEST_SECONDS;
}

/** `count` rows, as far apart as they can be. */
function everyStep<Row>(rows: readonly Row[], count: number, what: string): Row[] {
  if (count > rows.length) throw new UsageError(`The trace has ${rows.length} ${what}, and ${count} are asked for.`);
  return Array.from({ length: count }, (_, index) => rows[Math.floor((index * rows.length) / count)]).filter((row) => row !== undefined);
}

function capacityOf({ name, cpuMillis, memoryBytes, gpus }: OpenbNode): NodeCapacity {
  return { name, gpus: { [GPU_CLASS]: gpus }, cpuMillis, memoryBytes, openTo: [GPU_CLASS] };
}

function jobOf({ name, cpuMillis, memoryBytes, gpus, qos, createdAt: from, deletedAt: until }: OpenbTask): TraceJob {
  const hash = createHash('sha256').update(name).digest();
  const runtimeSeconds = Math.round(until - from);
  return {
    id: name,
    tenantId: `tenant-${String(hash.readUInt32BE(0) % TENANTS).padStart(2, '0')}`,
    priority: qos === 'LS' ? 'high' : qos === 'BE' ? 'low' : 'normal',
    submittedAt: Math.round(from),
    runtimeSeconds,
    maxRuntimeSeconds: maxRuntimeAskedFor(runtimeSeconds, 1 + (4 * hash.readUInt32BE(4)) / 2 ** 32),
    replicas: 1,
    replica: { gpus, cpuMillis, memoryBytes },
  };
}
