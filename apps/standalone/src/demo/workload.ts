import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A task as it was recorded, or made up: whole GPUs for some seconds. */
export interface Task {
  readonly name: string;
  readonly gpus: number;
  readonly seconds: number;
}

export interface Workload {
  /** Where the tasks come from, for people. */
  readonly origin: string;
  /** In the order in which they were submitted; taken from the start again when more are needed. */
  readonly tasks: readonly Task[];
}

const SHORTEST_SECONDS = 1_800;
const LONGEST_SECONDS = 3 * 86_400;
const SAMPLE_TASKS = 997;

/** A whole number from 0 to 2^32 - 1 that is the same for the same words. */
export function numberOf(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('/')).digest().readUInt32BE(0);
}

/**
 * The tasks that the jobs of the demo data are like.
 * @param file list of pods of the trace `cluster-trace-gpu-v2023` (Alibaba); absent: tasks of our own making
 * @throws Error where `file` cannot be read or holds no task of whole GPUs
 */
export async function demoWorkload(file: string | undefined): Promise<Workload> {
  if (file === undefined) return { origin: 'a built-in sample', tasks: sample() };
  const [, ...rows] = (await readFile(file, 'utf8')).trim().split(/\r?\n/);
  const tasks = rows.flatMap((row): Task[] => {
    const [name = '', , , gpus = '0', milli = '0', , , , created = '0', deleted = '0'] = row.split(',');
    const seconds = Math.round(Number(deleted) - Number(created));
    const fits = Number(gpus) >= 1 && milli === '1000' && seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS;
    return fits ? [{ name, gpus: Number(gpus), seconds }] : [];
  });
  if (tasks.length === 0) throw new Error(`${file} holds no task of whole GPUs that ran from half an hour to three days`);
  return { origin: `${tasks.length} tasks of ${file}`, tasks };
}

/** Tasks whose sizes and times are spread as those of the trace: most of one GPU for an hour, a few of a whole machine for a day. */
function sample(): Task[] {
  return Array.from({ length: SAMPLE_TASKS }, (_, index) => {
    const chance = numberOf('sample', index, 'time') / 2 ** 32;
    const gpus = [1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8][numberOf('sample', index, 'size') % 11] ?? 1;
    return { name: `sample-${index}`, gpus, seconds: Math.round(SHORTEST_SECONDS * Math.exp(4 * chance ** 3)) };
  });
}
