import { useMemo } from 'react';

/** Options of `$api.useInfiniteQuery` for lists that the API answers in pages with a cursor. */
export const PAGES = {
  pageParamName: 'cursor',
  // Undefined would be replaced by the number 0.
  initialPageParam: null as string | null,
  getNextPageParam: (last: { readonly nextCursor?: string | null }): string | undefined => last.nextCursor ?? undefined,
};

/** What `$api.useInfiniteQuery` gives with `PAGES`. */
interface PagedQuery<Item> {
  readonly data: { readonly pages: readonly { readonly items: readonly Item[] }[] } | undefined;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly refetch: () => Promise<unknown>;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** Items that are not read yet, and how the next of them are read. */
export interface More {
  readonly loading: boolean;
  readonly load: () => void;
}

/** A list as `DataTable` takes it. */
export interface Listed<Item> {
  /** All items that were read so far; undefined until the first answer. */
  readonly rows: readonly Item[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Undefined where all items are read. */
  readonly more: More | undefined;
}

/** The items of all pages that were read so far. A list page spreads it into its `DataTable`. */
export function useListed<Item>(query: PagedQuery<Item>): Listed<Item> {
  const { data, error, hasNextPage, isFetchingNextPage, refetch, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  return {
    rows,
    error,
    onRetry: () => void refetch(),
    more: hasNextPage ? { loading: isFetchingNextPage, load: () => void fetchNextPage() } : undefined,
  };
}
