/** Options of `$api.useInfiniteQuery` for lists that the API answers in pages with a cursor. */
export const PAGES = {
  pageParamName: 'cursor',
  // Undefined would be replaced by the number 0.
  initialPageParam: null as string | null,
  getNextPageParam: (last: { readonly nextCursor?: string | null }): string | undefined => last.nextCursor ?? undefined,
};
