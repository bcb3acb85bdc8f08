import { useQuery } from '@tanstack/react-query';
import type { components } from '#api-client';
import { api } from '../../api/client.ts';
import { everyPage, type Programme } from '../../api/everything.ts';

export type Grant = components['schemas']['Grant'];

/** All grants of the park, or of one programme. */
export function useGrants(programme?: string) {
  return useQuery({
    queryKey: ['get', '/api/v1/grants', 'every', programme],
    queryFn: async ({ signal }) =>
      await everyPage(
        async (page, abort) =>
          await api.GET('/api/v1/grants', {
            params: { query: { ...page, ...(programme !== undefined && { programme }) } },
            signal: abort,
          }),
        signal,
      ),
  });
}

/** What grants of a programme have used of what it promised: all that is neither available nor held any more. */
export function spentOf({ id, appropriated = 0, unpromised = 0 }: Programme, grants: readonly Grant[]): number {
  const left = grants.filter(({ programmeId }) => programmeId === id).reduce((sum, { available, held }) => sum + available + held, 0);
  return appropriated - unpromised - left;
}
