import { useQuery } from '@tanstack/react-query';
import type { components } from '#api-client';
import { api } from './client.ts';

export type Company = components['schemas']['Company'];
export type Programme = components['schemas']['Programme'];

const LARGEST_PAGE = 200;

interface Page<Item> {
  readonly data?: { readonly items: readonly Item[]; readonly nextCursor?: string | null };
  readonly error?: unknown;
}

/** All items of a list that the API answers in pages. @throws the refusal of the API */
export async function everyPage<Item>(
  read: (page: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page<Item>>,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  do {
    const { data, error } = await read({ limit: LARGEST_PAGE, ...(typeof cursor === 'string' && { cursor }) }, signal);
    if (data === undefined) throw error;
    items.push(...data.items);
    cursor = data.nextCursor;
  } while (typeof cursor === 'string');
  return items;
}

const BY_NAME_STALE_MS = 60_000;

/** All companies that the person may see, by id, so that a list names them. */
export function useCompanies(): ReadonlyMap<string, Company> | undefined {
  const { data } = useQuery({
    queryKey: ['get', '/api/v1/companies', 'every'],
    queryFn: async ({ signal }) =>
      await everyPage(async (query, abort) => await api.GET('/api/v1/companies', { params: { query }, signal: abort }), signal),
    select: byId,
    staleTime: BY_NAME_STALE_MS,
  });
  return data;
}

/** All programmes that the person may see, by id. */
export function useProgrammes(): ReadonlyMap<string, Programme> | undefined {
  const { data } = useQuery({
    queryKey: ['get', '/api/v1/programmes', 'every'],
    queryFn: async ({ signal }) =>
      await everyPage(async (query, abort) => await api.GET('/api/v1/programmes', { params: { query }, signal: abort }), signal),
    select: byId,
    staleTime: BY_NAME_STALE_MS,
  });
  return data;
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}
