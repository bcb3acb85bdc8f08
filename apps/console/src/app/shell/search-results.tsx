import { AuditOutlined, CalendarOutlined, CodeOutlined, FundOutlined, GiftOutlined, TeamOutlined, UserOutlined } from '@ant-design/icons';
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

/** What the API finds for `typed`, once typing pauses: only what the person has a page for. */
export function useSearchResults(typed: string): { readonly results: Command[]; readonly searching: boolean } {
  const { t } = useTranslation();
  const settled = useSettled(typed);
  const pageOf = usePageOf();
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
    return ['grant', 'month', 'statement'].includes(kind) ? undefined : detail;
  };
  const results = (data?.items ?? []).flatMap((result): Command[] => {
    const page = pageOf(result);
    if (page === undefined) return [];
    const detail = [result.companyName, detailOf(result)].filter((part) => part !== undefined).join(' · ');
    return [
      {
        key: `${result.kind} ${result.id}`,
        label: result.name,
        kind: t(`palette.kind.${result.kind}`),
        ...page,
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

interface Page {
  readonly icon: ReactNode;
  readonly run: () => void;
}

/** How the page of a result is opened; undefined where the person has none for it. */
function usePageOf(): (result: Result) => Page | undefined {
  const navigate = useNavigate();
  const { companyId: own, actions } = useMe();
  const forPark = own === undefined;
  const company = (id: string): Page => ({
    icon: <TeamOutlined />,
    run: () => void navigate({ to: '/companies/$id', params: { id } }),
  });
  return ({ kind, id, name, companyId }) => {
    const params = { id };
    switch (kind) {
      case 'job':
        return { icon: <CodeOutlined />, run: () => void navigate({ to: '/jobs/$id', params }) };
      case 'grant':
        return { icon: <GiftOutlined />, run: () => void navigate({ to: '/grants/$id', params }) };
      case 'application':
        return { icon: <AuditOutlined />, run: () => void navigate({ to: forPark ? '/review/$id' : '/applications/$id', params }) };
      case 'company':
        return forPark ? company(id) : undefined;
      case 'programme':
        return forPark ? { icon: <FundOutlined />, run: () => void navigate({ to: '/programmes/$id', params }) } : undefined;
      case 'month':
      case 'statement': {
        const to = kind === 'month' ? '/months/$month' : '/statements/$month';
        return { icon: <CalendarOutlined />, run: () => void navigate({ to, params: { month: id } }) };
      }
      case 'person':
        if (!forPark) return { icon: <UserOutlined />, run: () => void navigate({ to: '/members' }) };
        if (companyId !== undefined)
          return actions.includes('company.read') ? { ...company(companyId), icon: <UserOutlined /> } : undefined;
        return actions.includes('user.manage')
          ? { icon: <UserOutlined />, run: () => void navigate({ to: '/users', search: { search: name } }) }
          : undefined;
    }
  };
}
