import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '#kernel/testing';
import { faultPlan } from '../src/chaos/fault-plan.ts';
import { parkPlan } from '../src/chaos/park-plan.ts';

const run = promisify(execFile);
const MAIN = path.resolve(import.meta.dirname, '../../../dist/apps/lab/src/chaos/main.js');
/** The smallest run of seeds below 4,000 that injects every kind of fault and takes every operation. A release runs a thousand seeds. */
const [FIRST_SEED, SEEDS] = [774, 6];

/** The processes of Linux, from proc(5). */
async function processes(): Promise<{ id: number; parent: number; group: number }[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = ids.map(async (id) => {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === undefined || state === '' || state === 'Z' ? [] : [{ id: Number(id), parent: Number(parent), group: Number(group) }];
  });
  return (await Promise.all(read)).flat();
}

describe('the chaos run', () => {
  it('charges every GPU-second exactly once, whatever breaks (M1–M7, L1–L5, F5–F7, T1–T4)', async () => {
    const { stdout } = await run(process.execPath, [MAIN, '--seeds', String(SEEDS), '--first-seed', String(FIRST_SEED)], {
      maxBuffer: 2 ** 24,
    }).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toContain(`${SEEDS} seeds`);
    expect(stdout).not.toMatch(/FAILED|BROKE/);
    expect(stdout).toMatch(/; 0 failed\.\s*$/);
  }, 900_000);

  it('leaves no process behind when it is killed', async () => {
    const chaos = spawn(process.execPath, [MAIN, '--seeds', '1', '--first-seed', String(FIRST_SEED)], { stdio: 'ignore' });
    const worker = await eventually(
      'its worker',
      async () => (await processes()).find(({ parent }) => parent === chaos.pid),
      (found) => found !== undefined,
      60_000,
    );
    const group = async () => (await processes()).filter((process) => process.group === worker.id);
    await eventually('the worker, a controller and a PostgreSQL', group, (found) => found.length > 2, 60_000);
    chaos.kill('SIGKILL');
    await eventually('the end of all of them', group, (found) => found.length === 0);
  }, 180_000);

  it('injects in it every fault and takes every operation that any seed does', () => {
    const planned = (first: number, seeds: number) => {
      const of = Array.from({ length: seeds }, (_, index) => first + index);
      return [
        ...new Set(of.flatMap((seed) => [...faultPlan(seed).map(({ kind }) => kind), ...parkPlan(seed).operations.map((one) => one.do)])),
      ];
    };
    expect(planned(FIRST_SEED, SEEDS).sort()).toEqual(planned(1, 200).sort());
  });
});
