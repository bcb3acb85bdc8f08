import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Progress } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api } from '../../api/client.ts';
import { useProgrammes } from '../../api/everything.ts';
import { isProblem } from '../../api/problem.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMe } from '../../api/session.ts';
import { monthOf } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { Results } from './Results.tsx';
import type { WhatIfSearch } from './search.ts';
import { Terms } from './Terms.tsx';
import { monthsBefore } from './terms.ts';
import styles from './what-if.module.css';

/** Months that are replayed where nobody chose others. */
const USUAL_MONTHS = 3;
/** After so long the API gives a replay up. */
const MOST_SECONDS = 20;

/** What past months would have cost whom under other terms. What is replayed is in the address. */
export function WhatIfPage() {
  const { t } = useTranslation('whatIf');
  const search = useSearch({ from: '/shell/what-if' });
  const navigate = useNavigate();
  const { timeZone } = useMe();
  const thisMonth = monthOf(useNow(), timeZone);
  const months = useMemo(() => monthsBefore(thisMonth, USUAL_MONTHS), [thisMonth]);
  const programmes = useProgrammes();
  const classes = $api.useQuery('get', '/api/v1/gpu-classes', {}, { staleTime: 5 * 60_000 });
  const input = inputOf(search, months);
  const replay = useReplay(input);
  const again = (wanted: WhatIfSearch): void => {
    // The same once more, after an error or after it was stopped.
    if (JSON.stringify(inputOf(wanted, months)) === JSON.stringify(input)) void replay.refetch();
    else
      void navigate({ to: '/what-if', search: ({ sort, columns }) => ({ ...wanted, ...(sort && { sort }), ...(columns && { columns }) }) });
  };
  const shown = useMemo(() => [...(programmes?.values() ?? [])].filter(({ status }) => status !== 'draft'), [programmes]);
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} showsInstants={false} />
      {classes.error !== null && <ErrorNotice error={classes.error} onRetry={() => void classes.refetch()} />}
      {programmes === undefined || classes.data === undefined ? (
        classes.error === null && <Loading lines={6} />
      ) : (
        <Terms
          search={search}
          months={months}
          thisMonth={thisMonth}
          programmes={shown}
          classes={classes.data.items}
          busy={replay.isFetching}
          error={replay.error}
          onReplay={again}
        />
      )}
      {replay.isFetching ? (
        <Replaying
          from={input?.from ?? ''}
          until={input?.until ?? ''}
          onStop={() => void queryClient.cancelQueries({ queryKey: keyOf(input) })}
        />
      ) : replay.error !== null ? (
        <ErrorNotice
          error={replay.error}
          kept={t('kept')}
          onRetry={isProblem(replay.error) && replay.error.status < 500 ? undefined : () => void replay.refetch()}
        />
      ) : replay.data !== undefined && programmes !== undefined ? (
        <Results result={replay.data} />
      ) : (
        <Section title={t('result')}>
          <Empty title={t('empty.title')} hint={t('empty.hint')} />
        </Section>
      )}
    </>
  );
}

type Input = Required<Pick<WhatIfSearch, 'from' | 'until' | 'programmes' | 'gpuClasses'>>;

/** What the API is asked; undefined where nothing is changed. */
function inputOf(
  { from, until, programmes = [], gpuClasses = [] }: WhatIfSearch,
  months: { from: string; until: string },
): Input | undefined {
  if (programmes.length + gpuClasses.length === 0) return undefined;
  return { from: from ?? months.from, until: until ?? months.until, programmes, gpuClasses };
}

const keyOf = (input: Input | undefined) => ['post', '/api/v1/what-if', input] as const;

function useReplay(input: Input | undefined) {
  return useQuery({
    queryKey: keyOf(input),
    enabled: input !== undefined,
    queryFn: async ({ signal }) => {
      if (input === undefined) throw new Error('Nothing is changed.');
      const { from, until } = input;
      const body = { from, until, programmes: [...input.programmes], gpuClasses: [...input.gpuClasses] };
      const { data, error } = await api.POST('/api/v1/what-if', { body, signal });
      if (data === undefined) throw error as unknown;
      return data;
    },
    staleTime: Infinity,
    retry: false,
  });
}

interface ReplayingProps {
  readonly from: string;
  readonly until: string;
  readonly onStop: () => void;
}

function Replaying({ from, until, onStop }: ReplayingProps) {
  const { t } = useTranslation('whatIf');
  const now = useNow('second');
  const [began] = useState(() => Date.now());
  const seconds = Math.min(MOST_SECONDS, Math.max(0, Math.round((now - began) / 1_000)));
  return (
    <Section title={t('result')}>
      <div className={styles['progress']}>
        <Progress
          aria-label={t('progress.label')}
          type="circle"
          size={32}
          percent={(seconds * 100) / MOST_SECONDS}
          format={() => seconds}
          status="normal"
        />
        <span role="status">{t('progress.months', { from, until })}</span>
        <span className="soft">{t('progress.most', { seconds: MOST_SECONDS })}</span>
        <Button onClick={onStop}>{t('progress.stop')}</Button>
      </div>
    </Section>
  );
}
