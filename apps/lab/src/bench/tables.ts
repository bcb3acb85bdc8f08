import { cpus, loadavg, totalmem } from 'node:os';

/** Columns aligned to the right, as benchmarks print them. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return [line(heading), ...rows.map(line)].join('\n');
}

export const count = (value: number): string => Math.round(value).toLocaleString('en');

/** The value that the share `rank` of `values` does not exceed. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * rank))] ?? Number.NaN;
}

/** What a reader must know of the machine to compare figures. */
export function machineFacts(): string {
  const load = loadavg()
    .map((average) => average.toFixed(2))
    .join(' ');
  return `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, load average ${load}`;
}

/** Whether `value` is within its aim, and by how much not. */
export function verdict(what: string, value: number, aim: number, unit: string, digits: number): string {
  const missed = value > aim ? `, missed by ${(value - aim).toFixed(digits)} ${unit}` : '';
  return `${value > aim ? 'MISSED' : 'met   '} ${what}: ${value.toFixed(digits)} ${unit} (aim: at most ${aim} ${unit}${missed})`;
}
