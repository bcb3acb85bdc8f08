import { answerOf } from './api-client.ts';

const LARGEST_PAGE = 200;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/** The query of one page of a list. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** The query of a list that can be read from its latest item back. */
export function inOrder(latest: true | undefined): { order?: 'latest' } {
  return latest === true ? { order: 'latest' } : {};
}

/** The first `limit` items of a list, read page by page. */
export async function firstOf<Item>(
  limit: number,
  fetchPage: (query: PageQuery) => Promise<{ data?: Page<Item>; error?: unknown; response: Response }>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; items.length < limit;) {
    const size = Math.min(LARGEST_PAGE, limit - items.length);
    const page = answerOf(await fetchPage({ limit: size, ...(cursor !== undefined && { cursor }) }));
    items.push(...page.items);
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  return items;
}
