import { z } from 'zod';

const SHAPE = {
  cursor: z
    .string()
    .max(300)
    .regex(/^[A-Za-z0-9_-]+$/, 'A cursor is the nextCursor of a page')
    .optional()
    .describe('nextCursor of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most items on a page'),
};

/** The order of a list that can be read from its end too. */
export const listOrder = z.enum(['first', 'latest']).default('first').describe('From the first item on, or from the latest one back');

/** The query of a list, its filters and the page: `@Query({ schema: pageQuery({ status: … }) })`. */
export function pageQuery<Shape extends z.ZodRawShape>(filters: Shape) {
  return z.strictObject({ ...filters, ...SHAPE });
}

/** The answer of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

/** The key in a cursor. An invented cursor only leads to another page. */
export function afterOf(query: { cursor?: string | undefined }): string | undefined {
  if (query.cursor === undefined) return undefined;
  // NUL is the only character that PostgreSQL refuses in text.
  return Buffer.from(query.cursor, 'base64url').toString('utf8').replaceAll('\0', '');
}

/** A page from `limit + 1` rows: the additional row shows that there is a next page. */
export function page<Row, Item>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string, show: (row: Row) => Item) {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const items = shown.map(show);
  return last === undefined ? { items } : { items, nextCursor: Buffer.from(keyOf(last)).toString('base64url') };
}
