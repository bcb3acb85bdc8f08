import { existsSync } from 'node:fs';
import path from 'node:path';
import type { NodeCapacity, Replica } from '#scheduling';
import { openbNodes, openbTasks } from '../../trace/openb-files.ts';
import { SeededRandom } from '../../../../cluster-sim/src/index.ts';

const FOLDER = path.resolve('../shared/traces');
const MEBIBYTE = 2 ** 20;

/** What one task of the trace needs. `classes` are the models it may run on; none: any. */
export interface TraceTask {
  readonly replica: Replica;
  readonly classes: readonly string[];
}

/** The nodes of a park and the tasks that its users submitted. */
export interface TracePark {
  readonly origin: string;
  readonly nodes: readonly NodeCapacity[];
  readonly tasks: readonly TraceTask[];
}

/** GPU nodes of the trace by model, GPUs, CPUs and GiB, for a machine that does not have the trace. */
const SAMPLE_NODES: readonly (readonly [number, string, number, number, number])[] = [
  [549, 'G2', 8, 96, 384],
  [387, 'T4', 2, 96, 512],
  [131, 'P100', 2, 64, 256],
  [39, 'G3', 8, 128, 768],
  [36, 'V100M16', 4, 64, 256],
  [30, 'V100M32', 8, 96, 384],
  [17, 'T4', 4, 96, 512],
  [19, 'V100M16', 1, 32, 128],
  [3, 'P100', 1, 32, 128],
  [2, 'A10', 1, 128, 512],
];

/** The GPU nodes and GPU tasks of the openb trace, or generated ones of the same numbers where its folder is absent. */
export async function tracePark(): Promise<TracePark> {
  if (!existsSync(FOLDER)) return samplePark();
  const nodes = (await openbNodes(FOLDER))
    .filter(({ gpus }) => gpus > 0)
    .map(({ name, model, gpus, cpuMillis, memoryBytes }) => nodeOf(name, model, gpus, cpuMillis, memoryBytes));
  const tasks = (await openbTasks(FOLDER))
    .filter(({ gpus }) => gpus > 0)
    .map(({ gpus, cpuMillis, memoryBytes, models }): TraceTask => ({ replica: { gpus, cpuMillis, memoryBytes }, classes: models }));
  return { origin: `the openb trace: ${nodes.length} GPU nodes, ${tasks.length} GPU tasks`, nodes, tasks };
}

function nodeOf(name: string, model: string, gpus: number, cpuMillis: number, memoryBytes: number): NodeCapacity {
  return { name, gpus: { [model]: gpus }, cpuMillis, memoryBytes, openTo: [model] };
}

function samplePark(): TracePark {
  const random = new SeededRandom('sample park');
  const nodes = SAMPLE_NODES.flatMap(([count, model, gpus, cpus, gibibytes]) =>
    Array.from({ length: count }, (_, index) =>
      nodeOf(`${model.toLowerCase()}-${gpus}-${String(index).padStart(3, '0')}`, model, gpus, cpus * 1_000, gibibytes * 1_024 * MEBIBYTE),
    ),
  );
  const tasks = Array.from({ length: 7_000 }, (): TraceTask => {
    const draw = random.next();
    const gpus = draw < 0.97 ? 1 : draw < 0.98 ? 2 : draw < 0.99 ? 4 : 8;
    const cpuMillis = gpus * 1_000 * Math.ceil(random.next() * 12);
    const memoryBytes = gpus * 1_024 * MEBIBYTE * Math.ceil(random.next() * 48);
    return { replica: { gpus, cpuMillis, memoryBytes }, classes: [] };
  });
  return { origin: `generated, the trace is not here: ${nodes.length} GPU nodes, ${tasks.length} GPU tasks`, nodes, tasks };
}
