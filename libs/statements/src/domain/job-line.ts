import type { JobCharge } from '#ledger';
import { mergeShares, type SourceShare, sourceOf } from './statement.ts';
import type { StatementNames } from './statement-document.ts';

/** The names that the lines of one company need, without those of its jobs. */
export type LineNames = Omit<StatementNames, 'jobs'>;

/** One job on a company's statement: what each source paid for it, and what of that belongs to closed months before. */
export interface JobLine {
  readonly tenantId: string;
  readonly jobId: string;
  /** Its id where it has no name. */
  readonly name: string;
  readonly gpuClass: string;
  readonly shares: readonly SourceShare[];
  readonly charges: readonly JobCharge[];
}

/** Batches of charges, cut where a job ends: all charges of a job are in one. */
export async function* wholeJobs(batches: AsyncIterable<readonly JobCharge[]>): AsyncGenerator<JobCharge[]> {
  let rest: JobCharge[] = [];
  for await (const batch of batches) {
    const charges = [...rest, ...batch];
    const last = charges.at(-1)?.jobId;
    const cut = charges.findIndex(({ jobId }) => jobId === last);
    rest = charges.slice(cut);
    if (cut > 0) yield charges.slice(0, cut);
  }
  if (rest.length > 0) yield rest;
}

/** What each source paid, corrections counted in; both sides of a grant or wallet are one source. */
export function sharesOf(charges: readonly JobCharge[]): SourceShare[] {
  return mergeShares(
    charges.map(({ account, unit, gpuSeconds, amount, listFen }) => ({ source: sourceOf(account), unit, gpuSeconds, amount, listFen })),
  );
}
