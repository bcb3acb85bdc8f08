import Table from 'cli-table3';
import type { SeedResult } from './seed-run.ts';

/** A seed whose run did not come to its checks. */
export interface BrokenSeed {
  readonly seed: number;
  readonly failed: string;
}

const plain = { style: { head: [], border: [] } };

function added<T>(rows: readonly (readonly [string, T])[], plus: (sum: number, value: T) => number): [string, number][] {
  const sums = new Map<string, number>();
  for (const [name, value] of rows) sums.set(name, plus(sums.get(name) ?? 0, value));
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}

function counts(results: readonly SeedResult[], of: (result: SeedResult) => Readonly<Record<string, number>>): [string, number][] {
  return added(
    results.flatMap((result) => Object.entries(of(result))),
    (sum, value) => sum + value,
  );
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const made = new Table({ head: [...head], ...plain });
  made.push(...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell))));
  return made.toString();
}

export function isSound(result: SeedResult): boolean {
  return result.checks.every(({ differences }) => differences.length === 0);
}

/** What differed in a seed, and how to see it again. */
export function failureText(result: SeedResult): string {
  const found = result.checks.flatMap(({ name, differences }) => differences.map((difference) => `  ${name}: ${difference}`));
  const again = `npm run chaos -- --seeds 1 --first-seed ${result.seed}`;
  return [`seed ${result.seed} FAILED; again: ${again}; its story: ${result.directory}`, ...found].join('\n');
}

/** The whole run in tables. */
export function chaosReport(results: readonly SeedResult[], broken: readonly BrokenSeed[], seconds: number): string {
  const lost = results.flatMap((result) => result.lost);
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const gap = lost.reduce((total, { ranGpuSeconds, meteredGpuSeconds }) => total + ranGpuSeconds - meteredGpuSeconds, 0);
  const checks = added(
    results.flatMap(({ checks: own }) => own.map((one) => [one.name, one.examined] as const)),
    (total, examined) => total + examined,
  );
  const failed = new Map(
    added(
      results.flatMap(({ checks: own }) => own.map((one) => [one.name, one.differences.length] as const)),
      (total, differences) => total + differences,
    ),
  );
  const failures = results.filter((result) => !isSound(result));
  return [
    table(
      ['fault', 'injected'],
      counts(results, ({ injected }) => injected),
    ),
    table(
      ['people', 'times'],
      counts(results, ({ operations }) => operations),
    ),
    table(
      ['jobs at the end', 'jobs'],
      counts(results, ({ jobs }) => jobs),
    ),
    table(
      ['GPU-seconds', ''],
      [
        ['run by the cluster', sum(({ ranGpuSeconds }) => ranGpuSeconds)],
        ['charged to tenants', sum(({ chargedGpuSeconds }) => chargedGpuSeconds)],
        ['absorbed by the park', sum(({ absorbedGpuSeconds }) => absorbedGpuSeconds)],
        [`unmetered of ${lost.length} lost pods (M3)`, gap],
      ],
    ),
    table(
      ['invariant', 'examined', 'differences'],
      checks.map(([name, examined]) => [name, examined, failed.get(name) ?? 0]),
    ),
    ...failures.map(failureText),
    ...broken.map(({ seed, failed: why }) => `seed ${seed} BROKE: ${why}`),
    `${results.length + broken.length} seeds in ${Math.round(seconds)} s; ${failures.length + broken.length} failed.`,
  ].join('\n\n');
}
