import type { V1ListMeta } from '@kubernetes/client-node';

/** Which page of a list is asked for. */
export interface PageQuery {
  readonly limit: number;
  readonly _continue?: string;
}

/** One page of a list, as the generated client asks for it. */
export type ListPage<T> = (page: PageQuery) => Promise<{ items: T[]; metadata?: V1ListMeta }>;

/** A list of the API server, page by page. @param size objects a page */
export async function* pagesOf<T>(list: ListPage<T>, size: number): AsyncGenerator<{ items: T[]; metadata?: V1ListMeta }> {
  for (let page: string | undefined; ;) {
    const answer = await list({ limit: size, ...(page !== undefined && { _continue: page }) });
    yield answer;
    page = answer.metadata?._continue;
    if (page === undefined || page === '') return;
  }
}

/** All objects of a list. @param size objects a page */
export async function allOf<T>(list: ListPage<T>, size: number): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pagesOf(list, size)) items.push(...page.items);
  return items;
}
