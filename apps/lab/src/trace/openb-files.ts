import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { UsageError } from '../usage-error.ts';

const NODES_FILE = 'openb_node_list_all_node.csv';
const TASKS_FILE = 'openb_pod_list_default.csv';
const BYTES_PER_MIB = 2 ** 20;

const whole = z.coerce.number().int().min(0);
const memoryBytes = whole.transform((mebibytes) => mebibytes * BYTES_PER_MIB);
const nodeRow = z
  .object({ sn: z.string().min(1), cpu_milli: whole, memory_mib: memoryBytes, gpu: whole, model: z.string() })
  .transform(({ sn, cpu_milli, memory_mib, gpu, model }) => ({
    name: sn,
    cpuMillis: cpu_milli,
    memoryBytes: memory_mib,
    gpus: gpu,
    model,
  }));
const taskRow = z
  .object({
    ...{ name: z.string().min(1), cpu_milli: whole, memory_mib: memoryBytes, num_gpu: whole, gpu_milli: whole },
    ...{ gpu_spec: z.string(), qos: z.string(), creation_time: z.coerce.number(), deletion_time: z.coerce.number() },
  })
  .transform((row) => ({
    ...{ name: row.name, cpuMillis: row.cpu_milli, memoryBytes: row.memory_mib, gpus: row.num_gpu, gpuMillis: row.gpu_milli },
    ...{ models: row.gpu_spec.split('|').filter((model) => model !== ''), qos: row.qos },
    ...{ createdAt: row.creation_time, deletedAt: row.deletion_time },
  }));

/** A node of the trace `cluster-trace-gpu-v2023` (Alibaba), with the model of its GPUs. */
export type OpenbNode = z.output<typeof nodeRow>;
/** A task of the trace. `models` are those that it may run on, of all where there are none; its times are seconds of the trace. */
export type OpenbTask = z.output<typeof taskRow>;

/** All nodes of the trace. @throws UsageError where the file cannot be read or is not of this trace */
export async function openbNodes(folder: string): Promise<OpenbNode[]> {
  return await rowsOf(path.join(folder, NODES_FILE), nodeRow);
}

/** All tasks of the trace. @throws UsageError where the file cannot be read or is not of this trace */
export async function openbTasks(folder: string): Promise<OpenbTask[]> {
  return await rowsOf(path.join(folder, TASKS_FILE), taskRow);
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
