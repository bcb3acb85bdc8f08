import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type BrokenSeed, campaignReport, failureText, isSound } from './report.ts';
import type { SeedResult } from './seed-run.ts';
import { Worker } from './worker.ts';

const USAGE = 'usage: npm run campaign -- [--seeds N] [--first-seed S] [--workers W] [--keep]';

interface Plan {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly workers: number;
  /** Keep the stories of sound seeds too. */
  readonly keep: boolean;
}

function planOf(args: string[]): Plan | undefined {
  const number = (fallback: string) => ({ type: 'string' as const, default: fallback });
  try {
    const { values } = parseArgs({
      args,
      options: { seeds: number('24'), 'first-seed': number('1'), workers: number('2'), keep: { type: 'boolean', default: false } },
    });
    const [seeds, firstSeed, workers] = [Number(values.seeds), Number(values['first-seed']), Number(values.workers)];
    return [seeds, firstSeed, workers].every((value) => Number.isSafeInteger(value) && value > 0)
      ? { seeds, firstSeed, workers, keep: values.keep }
      : undefined;
  } catch {
    return undefined;
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Seeds are handed to whichever worker is free; a worker that ended, hung or broke off is replaced. */
async function campaign(plan: Plan): Promise<boolean> {
  const began = performance.now();
  const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-campaign-'));
  process.env.NODE_COMPILE_CACHE ??= path.join(tmpdir(), 'speedspace-compile-cache');
  await mkdir(process.env.NODE_COMPILE_CACHE, { recursive: true });
  const [results, broken]: [SeedResult[], BrokenSeed[]] = [[], []];
  let next = plan.firstSeed;
  const work = async (): Promise<void> => {
    let worker = await Worker.start();
    while (next < plan.firstSeed + plan.seeds) {
      const seed = next++;
      try {
        const answer = await worker.run(seed, folder);
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
  say(campaignReport(results, broken, (performance.now() - began) / 1_000));
  return broken.length === 0 && results.every(isSound);
}

const plan = planOf(process.argv.slice(2));
if (plan === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else process.exitCode = (await campaign(plan)) ? 0 : 1;
