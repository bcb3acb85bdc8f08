import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { faultPlan } from '../src/chaos/fault-plan.ts';
import { parkPlan } from '../src/chaos/park-plan.ts';

const run = promisify(execFile);
const MAIN = path.resolve(import.meta.dirname, '../../../dist/apps/lab/src/chaos/main.js');
/** The smallest run of seeds below 4,000 that injects every kind of fault and takes every operation. A release runs a thousand seeds. */
const [FIRST_SEED, SEEDS] = [774, 6];

describe('the chaos run', () => {
  it('charges every GPU-second exactly once, whatever breaks (M1–M7, L1–L5, F5–F7, T1–T4)', async () => {
    const { stdout } = await run(process.execPath, [MAIN, '--seeds', String(SEEDS), '--first-seed', String(FIRST_SEED)], {
      maxBuffer: 2 ** 24,
    }).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toContain(`${SEEDS} seeds`);
    expect(stdout).not.toMatch(/FAILED|BROKE/);
    expect(stdout).toMatch(/; 0 failed\.\s*$/);
  }, 900_000);

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
