import { useMemo } from 'react';
import { $api } from '../../api/client.ts';
import { useMay, useMe } from '../../api/session.ts';

/** Names of all companies by id, for the park's people. */
export function useCompanyNames(enabled: boolean): ReadonlyMap<string, string> {
  const { data } = $api.useQuery('get', '/api/v1/companies', { params: { query: { limit: 200 } } }, { enabled, staleTime: 5 * 60_000 });
  return useMemo(() => new Map(data?.items.map(({ id, name }) => [id, name])), [data]);
}

/** Names of the company's people by id. */
export function useMemberNames(): ReadonlyMap<string, string> {
  const { companyId } = useMe();
  const enabled = useMay('member.read') && companyId !== undefined;
  const params = { params: { path: { id: companyId ?? '' } } };
  const { data } = $api.useQuery('get', '/api/v1/companies/{id}/members', params, { enabled, staleTime: 5 * 60_000 });
  return useMemo(() => new Map(data?.items.map(({ userId, name }) => [userId, name])), [data]);
}
