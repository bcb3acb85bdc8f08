import { compareBytes, type Month } from '#kernel';
import { mergeShares, type SourceShare } from './statement.ts';
import type { StatementNames } from './statement-document.ts';

/** The names that the lines of one company need, without those of its jobs. */
export type LineNames = Omit<StatementNames, 'jobs'>;

/** What one source paid for a job, of what belongs to one month. */
export interface LineCharge extends SourceShare {
  /** The closed month that the charge belongs to, where it came late. */
  readonly belongsTo?: Month;
}

/** One job on a company's statement: what each source paid for it, and what of that belongs to closed months before. */
export interface JobLine {
  readonly tenantId: string;
  readonly jobId: string;
  /** Its id where it has no name. */
  readonly name: string;
  readonly gpuClass: string;
  readonly shares: readonly SourceShare[];
  readonly charges: readonly LineCharge[];
}

/** Batches of rows about jobs, cut where a job ends: all rows of a job are in one. */
export async function* wholeJobs<Row extends { readonly jobId: string }>(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<Row[]> {
  let rest: Row[] = [];
  for await (const batch of batches) {
    const rows = rest.length === 0 ? [...batch] : [...rest, ...batch];
    const last = rows.at(-1)?.jobId;
    const cut = rows.findLastIndex(({ jobId }) => jobId !== last) + 1;
    rest = rows.splice(cut);
    if (cut > 0) yield rows;
  }
  if (rest.length > 0) yield rest;
}

/** The rows of each job, of rows that are in the order of their jobs. */
export function* byJob<Row extends { readonly jobId: string }>(rows: readonly Row[]): Generator<readonly [Row, ...Row[]]> {
  let own: [Row, ...Row[]] | undefined;
  for (const row of rows) {
    if (own?.[0].jobId === row.jobId) {
      own.push(row);
      continue;
    }
    if (own !== undefined) yield own;
    own = [row];
  }
  if (own !== undefined) yield own;
}

/** The shares of a job by the month that they belong to: `month`, and the closed months before it for which something came late. */
export function sharesByMonth({ shares, charges }: JobLine, month: Month): (readonly [belongsTo: Month, readonly SourceShare[]])[] {
  if (charges.every(({ belongsTo }) => belongsTo === undefined)) return [[month, shares]];
  const months = [...Map.groupBy(charges, ({ belongsTo }) => belongsTo ?? month)].sort(([a], [b]) => compareBytes(a, b));
  return months.map(([belongsTo, own]) => [belongsTo, mergeShares(own)]);
}
