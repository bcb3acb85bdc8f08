import { AuditOutlined, CodeOutlined, FundOutlined, TeamOutlined } from '@ant-design/icons';
import { keepPreviousData } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import type { JobStateName } from '../../components/JobState.tsx';
import type { ApplicationStatusName } from '../../components/Statuses.tsx';
import type { Command } from './command.ts';

type Result = components['schemas']['SearchResults']['items'][number];

const DEBOUNCE_MS = 150;

/** What the API finds for `typed`, once typing pauses: only what has a page of its own in this capacity. */
export function useSearchResults(typed: string): { readonly results: Command[]; readonly searching: boolean } {
  const { t } = useTranslation();
  const settled = useSettled(typed);
  const open = useOpen();
  const { data, isFetching } = $api.useQuery(
    'get',
    '/api/v1/search',
    { params: { query: { q: settled } } },
    { enabled: settled !== '', placeholderData: keepPreviousData, staleTime: 10_000 },
  );
  if (typed === '') return { results: [], searching: false };
  const detailOf = ({ kind, detail }: Result): string | undefined => {
    if (kind === 'job') return t(`jobState.${detail as JobStateName}`);
    if (kind === 'application') return t(`applicationStatus.${detail as ApplicationStatusName}`);
    return kind === 'grant' ? undefined : detail;
  };
  const results = (data?.items ?? []).flatMap((result): Command[] => {
    const target = open(result);
    if (target === undefined) return [];
    const detail = [result.companyName, detailOf(result)].filter((part) => part !== undefined).join(' · ');
    return [
      {
        ...{
          key: `${result.kind} ${result.id}`,
          label: result.name,
          icon: target.icon,
          kind: t(`palette.kind.${result.kind}`),
          run: target.run,
        },
        ...(detail !== '' && { detail }),
      },
    ];
  });
  return { results, searching: typed !== settled || isFetching };
}

/** `value` once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** How the page of a result is opened; undefined where it has none. */
function useOpen(): (result: Result) => { readonly icon: ReactNode; readonly run: () => void } | undefined {
  const navigate = useNavigate();
  const forPark = useMe().companyId === undefined;
  return ({ kind, id }) => {
    const params = { id };
    if (kind === 'job') return { icon: <CodeOutlined />, run: () => void navigate({ to: '/jobs/$id', params }) };
    if (!forPark) return undefined;
    if (kind === 'company') return { icon: <TeamOutlined />, run: () => void navigate({ to: '/companies/$id', params }) };
    if (kind === 'application') return { icon: <AuditOutlined />, run: () => void navigate({ to: '/review/$id', params }) };
    if (kind === 'programme') return { icon: <FundOutlined />, run: () => void navigate({ to: '/programmes/$id', params }) };
    return undefined;
  };
}
