import type { Tx } from '#database';
import { jobNames } from '#jobs';

/** Names, by id, of the jobs that lines of a ledger are about. */
export async function jobNamesOf(tx: Tx, lines: readonly { readonly jobId?: string }[]): Promise<Map<string, string>> {
  const ids = new Set(lines.flatMap(({ jobId }) => jobId ?? []));
  return await jobNames(tx, [...ids]);
}
