import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { components } from '#api-client';
import { actFor, currentCompany } from './capacity.ts';
import { $api, api } from './client.ts';
import { queryClient } from './query-client.ts';
import { dropTokens, mayRefresh, onSessionChange, refreshToken, type SessionState } from './token.ts';

export type Me = components['schemas']['Me'];
export type Action = Me['actions'][number];

const SESSION = ['session'];

onSessionChange((state) => {
  const before = queryClient.getQueryData<SessionState>(SESSION);
  queryClient.setQueryData<SessionState>(SESSION, state);
  // What was refused while the session was over is asked again.
  if (before === 'expired' && state === 'signed-in') void queryClient.invalidateQueries();
});

/** Whether somebody is signed in; undefined until that is known. */
export function useSessionState(): SessionState | undefined {
  const { data } = useQuery<SessionState>({
    queryKey: SESSION,
    queryFn: async () => (mayRefresh() && (await refreshToken()) !== undefined ? 'signed-in' : 'signed-out'),
    staleTime: Infinity,
    retry: 3,
  });
  return data;
}

/** The signed-in person. Pages inside the shell may rely on it. */
export function useMe(): Me {
  const { data } = $api.useSuspenseQuery('get', '/api/v1/me', {}, { staleTime: 60_000 });
  return data;
}

/** Whether the signed-in person may take `action` in the present capacity. */
export function useMay(action: Action): boolean {
  return useMe().actions.includes(action);
}

/** Switches to a company, or with undefined to the park, and forgets what was read in the other capacity. */
export function useActFor(): (company: string | undefined) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (company) => {
      if (company === currentCompany()) return;
      actFor(company);
      await client.cancelQueries();
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
      await client.invalidateQueries();
    },
    [client],
  );
}

/** The company that the person acts for: its name, status and their role; undefined for the park's people. */
export function useCompany(): Me['companies'][number] | undefined {
  const { companyId, companies } = useMe();
  return companies.find(({ id }) => id === companyId);
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await api.DELETE('/api/v1/auth/session');
    actFor(undefined);
    dropTokens();
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
  }, [client]);
}

/** Sets the title of the browser's tab while the calling page is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Speedspace`;
  }, [title]);
}
