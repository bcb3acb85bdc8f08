import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A task to be run as a job of one pod. */
export interface DemoTask {
  readonly name: string;
  readonly gpus: number;
  readonly seconds: number;
  /** Which of the start-ups it is given to: the trace names none, so a hash of the name decides. */
  readonly tenant: number;
}

export interface DemoWorkload {
  readonly origin: string;
  readonly tasks: readonly DemoTask[];
}

const TRACE = path.resolve('../shared/traces/openb_pod_list_default.csv');
const TASKS = 40;
const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 3 * 3_600;

function tenantOf(name: string, tenants: number): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % tenants;
}

/** Whole-GPU tasks of the real trace, or a built-in sample where its folder is absent. */
export async function demoWorkload(tenants: number): Promise<DemoWorkload> {
  if (!existsSync(TRACE)) return { origin: 'a built-in sample: the trace is not here', tasks: sample(tenants) };
  const [, ...rows] = (await readFile(TRACE, 'utf8')).trim().split(/\r?\n/);
  const whole = rows.flatMap((row) => {
    const [name = '', , , gpus = '0', milli = '0', , , , created = '0', deleted = '0'] = row.split(',');
    const seconds = Number(deleted) - Number(created);
    const fits = Number(gpus) >= 1 && milli === '1000' && seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS;
    return fits ? [{ name, gpus: Number(gpus), seconds, tenant: tenantOf(name, tenants) }] : [];
  });
  const step = Math.max(1, Math.floor(whole.length / TASKS));
  const tasks = whole.filter((_, index) => index % step === 0).slice(0, TASKS);
  return { origin: `${tasks.length} of the ${whole.length} whole-GPU tasks of at most 3 h in the openb trace`, tasks };
}

/** A few dozen tasks of our own making, the same every time. */
function sample(tenants: number): DemoTask[] {
  return Array.from({ length: TASKS }, (_, index) => {
    const name = `sample-${String(index).padStart(2, '0')}`;
    const chance = createHash('sha256').update(name).digest();
    return {
      name,
      gpus: [1, 1, 2, 4, 8][chance.readUInt8(4) % 5] ?? 1,
      seconds: 120 + (chance.readUInt16BE(5) % 7_200),
      tenant: tenantOf(name, tenants),
    };
  });
}
