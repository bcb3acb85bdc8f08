import { z } from 'zod';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { problemOf, problemSchema } from './problem.ts';

/** Most objects of one request about several. */
export const MOST_ITEMS = 100;

const resultSchema = z.object({
  id: z.string(),
  ok: z.boolean(),
  problem: problemSchema.optional().describe('Why it was refused: what the request about this one alone would have answered'),
});

/** The answer of a request about several objects: one result for each, in the order of the request. */
export const bulkAnswer = z.object({ items: z.array(resultSchema) }).meta({ id: 'BulkResults' });

/** Whether each of `items` has an id of its own. */
export function areDistinct(items: readonly (string | { readonly id: string })[]): boolean {
  return new Set(items.map((item) => (typeof item === 'string' ? item : item.id))).size === items.length;
}

/**
 * Does `work` for each of `items` in `tx`, one after another. What a refused item wrote is undone, and the others are done all the same.
 * @throws what is no refusal of an item, such as a database that is away: then nothing is done
 */
export async function doEach<Item extends { readonly id: string }>(
  tx: Tx,
  items: readonly Item[],
  work: (tx: Tx, item: Item) => Promise<unknown>,
): Promise<z.infer<typeof bulkAnswer>> {
  const results: z.infer<typeof resultSchema>[] = [];
  for (const item of items) {
    try {
      // A transaction within one is a savepoint.
      await tx.transaction((inner) => work(inner, item));
      results.push({ id: item.id, ok: true });
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'unavailable' || error.kind === 'unknown-outcome') throw error;
      results.push({ id: item.id, ok: false, problem: problemOf(error) });
    }
  }
  return { items: results };
}
