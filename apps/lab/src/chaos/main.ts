import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isPlantedBug, PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';
import { type BrokenSeed, chaosReport, failureText, isSound } from './report.ts';
import type { SeedResult } from './seed-run.ts';
import { Worker } from './worker.ts';

const USAGE = `usage: npm run chaos -- [--seeds N] [--first-seed S] [--workers W] [--keep] [--plant BUG]

--plant breaks the product on purpose, and runs seeds until one fails of it:
${Object.entries(PLANTED_BUGS)
  .map(([name, meaning]) => `  ${name.padEnd(14)}${meaning}`)
  .join('\n')}`;

interface Plan {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly workers: number;
  /** Keep the stories of sound seeds too. */
  readonly keep: boolean;
  readonly plant: PlantedBug | undefined;
}

function planOf(args: string[]): Plan | undefined {
  const number = (fallback: string) => ({ type: 'string' as const, default: fallback });
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...{ seeds: number('24'), 'first-seed': number('1'), workers: number('2') },
        ...{ keep: { type: 'boolean', default: false }, plant: { type: 'string' } },
      },
    });
    const { keep, plant } = values;
    const [seeds, firstSeed, workers] = [Number(values.seeds), Number(values['first-seed']), Number(values.workers)];
    if (![seeds, firstSeed, workers].every((value) => Number.isSafeInteger(value) && value > 0)) return undefined;
    return plant === undefined || isPlantedBug(plant) ? { seeds, firstSeed, workers, keep, plant } : undefined;
  } catch {
    return undefined;
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/**
 * Seeds are handed to whichever worker is free; a worker that ended, hung or broke off is replaced. @returns whether all went as it
 * must: every seed is sound, or a planted bug was found
 */
async function chaos(plan: Plan): Promise<boolean> {
  const began = performance.now();
  const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-chaos-'));
  process.env.NODE_COMPILE_CACHE ??= path.join(tmpdir(), 'speedspace-compile-cache');
  await mkdir(process.env.NODE_COMPILE_CACHE, { recursive: true });
  const [results, broken]: [SeedResult[], BrokenSeed[]] = [[], []];
  const isFound = (): boolean => plan.plant !== undefined && !results.every(isSound);
  let next = plan.firstSeed;
  const work = async (): Promise<void> => {
    let worker = await Worker.start();
    while (next < plan.firstSeed + plan.seeds && !isFound()) {
      const seed = next++;
      try {
        const answer = await worker.run({ seed, folder, ...(plan.plant !== undefined && { plant: plan.plant }) });
        if ('failed' in answer) throw new Error(answer.failed);
        results.push(answer.result);
        if (!isSound(answer.result)) say(failureText(answer.result));
        else if (!plan.keep) await rm(answer.result.directory, { recursive: true, force: true });
      } catch (error) {
        // What aborted the waiting is the cause: the worker ended, or hung.
        const { cause = error } = error as { cause?: unknown };
        broken.push({ seed, failed: cause instanceof Error ? cause.message : String(cause) });
        worker.kill();
        worker = await Worker.start();
      }
      const done = results.length + broken.length;
      if (done % 10 === 0) say(`${done} of ${plan.seeds} seeds after ${Math.round((performance.now() - began) / 1_000)} s`);
    }
    await worker.end();
  };
  await Promise.all(Array.from({ length: Math.min(plan.workers, plan.seeds) }, work));
  say(chaosReport(results, broken, (performance.now() - began) / 1_000));
  if (plan.plant === undefined) return broken.length === 0 && results.every(isSound);
  say(`The planted bug ${plan.plant} was ${isFound() ? 'found' : 'NOT found'}.`);
  return isFound();
}

const plan = planOf(process.argv.slice(2));
if (plan === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else process.exitCode = (await chaos(plan)) ? 0 : 1;
