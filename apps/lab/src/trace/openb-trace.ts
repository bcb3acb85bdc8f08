import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { NodeCapacity } from '#scheduling';
import { UsageError } from '../usage-error.ts';
import { GPU_CLASS, maxRuntimeAskedFor, type TraceJob, withLoad, type Workload } from './workload.ts';

const NODES_FILE = 'openb_node_list_all_node.csv';
const TASKS_FILE = 'openb_pod_list_default.csv';
const TENANTS = 12;
/** Shorter tasks failed at once; longer ones are services, which no queue is for. */
const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 86_400;
const BYTES_PER_MIB = 2 ** 20;

const whole = z.coerce.number().int().min(0);
const nodeRow = z.object({ sn: z.string().min(1), cpu_milli: whole, memory_mib: whole, gpu: whole });
const taskRow = z.object({
  ...{ name: z.string().min(1), cpu_milli: whole, memory_mib: whole, num_gpu: whole, gpu_milli: whole, qos: z.string() },
  ...{ creation_time: z.coerce.number(), deletion_time: z.coerce.number() },
});

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
  const allNodes = (await rowsOf(path.join(folder, NODES_FILE), nodeRow)).filter(({ gpu }) => gpu > 0);
  const allTasks = (await rowsOf(path.join(folder, TASKS_FILE), taskRow)).filter(isReplayed);
  const mostGpus = Math.max(...allNodes.map(({ gpu }) => gpu));
  const nodes = everyStep(allNodes, nodeCount, 'nodes with GPUs').map(capacityOf);
  const tasks = everyStep(
    allTasks.filter(({ num_gpu: gpus }) => gpus <= mostGpus),
    jobCount,
    'tasks of whole GPUs that ran from 30 s to a day',
  );
  const jobs = tasks.map(jobOf).toSorted((a, b) => a.submittedAt - b.submittedAt);
  return { name: 'trace', origin: `the openb trace, ${jobCount} of ${allTasks.length} tasks`, nodes, jobs: withLoad(jobs, nodes, load) };
}

async function rowsOf<Row>(file: string, schema: z.ZodType<Row>): Promise<Row[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  });
  let rows: unknown[];
  try {
    rows = parse(text, { columns: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new UsageError(`${file} is not CSV: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return rows.map((row, index) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new UsageError(`${file}, row ${index + 1}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}.`);
  });
}

function isReplayed({ num_gpu: gpus, gpu_milli: milli, creation_time: from, deletion_time: until }: z.infer<typeof taskRow>): boolean {
  return gpus >= 1 && milli === 1_000 && until - from >= SHORTEST_SECONDS && until - from <= LONGEST_SECONDS;
}

/** `count` rows, as far apart as they can be. */
function everyStep<Row>(rows: readonly Row[], count: number, what: string): Row[] {
  if (count > rows.length) throw new UsageError(`The trace has ${rows.length} ${what}, and ${count} are asked for.`);
  return Array.from({ length: count }, (_, index) => rows[Math.floor((index * rows.length) / count)]).filter((row) => row !== undefined);
}

function capacityOf({ sn, cpu_milli: cpuMillis, memory_mib: memory, gpu }: z.infer<typeof nodeRow>): NodeCapacity {
  return { name: sn, gpus: { [GPU_CLASS]: gpu }, cpuMillis, memoryBytes: memory * BYTES_PER_MIB, openTo: [GPU_CLASS] };
}

function jobOf(row: z.infer<typeof taskRow>): TraceJob {
  const { name, cpu_milli: cpuMillis, memory_mib: memory, num_gpu: gpus, qos, creation_time: from, deletion_time: until } = row;
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
    replica: { gpus, cpuMillis, memoryBytes: memory * BYTES_PER_MIB },
  };
}
