import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { jobGpusColumn, jobNameColumn, jobStateColumn } from '../../components/job-columns.tsx';
import { useReasonText } from '../../components/reason.ts';

type Job = components['schemas']['JobSummary'];

const OPEN = 'Queued,Admitted,Starting,Running,Suspending,Suspended';
const SHOWN = 50;

/** The jobs that wait and run, with why they wait and when they start. */
export function OpenJobsTable() {
  const { t } = useTranslation(['home', 'common']);
  const navigate = useNavigate();
  const jobs = $api.useQuery('get', '/api/v1/jobs', { params: { query: { state: OPEN, limit: SHOWN } } });
  const columns = useColumns();
  return (
    <DataTable
      name={t('jobs.title')}
      columns={columns}
      rows={jobs.data?.items}
      rowKey={({ id }) => id}
      error={jobs.error}
      onRetry={() => void jobs.refetch()}
      onOpen={({ id }) => void navigate({ to: '/jobs/$id', params: { id } })}
      empty={<Empty title={t('jobs.none')} hint={t('jobs.noneHint')} />}
    />
  );
}

function useColumns(): Column<Job>[] {
  const { t } = useTranslation(['home', 'common']);
  const reasonText = useReasonText();
  return useMemo(
    () => [
      jobNameColumn({ title: t('jobs.name'), width: 220 }),
      jobStateColumn({ title: t('jobs.state'), width: 110 }, (state) => t(`common:jobState.${state}`)),
      jobGpusColumn({ title: t('jobs.gpus'), width: 110 }),
      {
        key: 'reason',
        title: t('jobs.reason'),
        width: 260,
        render: ({ waiting, stopReason, state }) =>
          waiting !== null ? (
            <span title={waiting.detail}>{reasonText(waiting.reason)}</span>
          ) : state === 'Suspended' && stopReason !== null ? (
            reasonText(stopReason)
          ) : (
            <span className="soft">—</span>
          ),
        value: ({ waiting, stopReason }) => (waiting === null ? stopReason : reasonText(waiting.reason)),
      },
      {
        key: 'when',
        title: t('jobs.when'),
        width: 260,
        render: (job) => <When job={job} />,
        value: ({ startedAt, waiting }) => startedAt ?? waiting?.expectedStart,
      },
    ],
    [t, reasonText],
  );
}

function When({ job: { state, startedAt, exhaustsAt, waiting } }: { readonly job: Job }): ReactNode {
  const { t } = useTranslation('home');
  if (state === 'Running') {
    return (
      <>
        {t('jobs.since')} <Instant at={startedAt} />
        {exhaustsAt !== null && (
          <>
            {' '}
            · {t('jobs.fundsUntil')} <Instant at={exhaustsAt} />
          </>
        )}
      </>
    );
  }
  if (waiting?.expectedStart !== undefined && waiting.expectedStart !== null) {
    return (
      <>
        {t('jobs.expected')} <Instant at={waiting.expectedStart} />
      </>
    );
  }
  const ahead = waiting?.jobsAhead ?? 0;
  return ahead > 0 ? t('jobs.ahead', { jobs: ahead }) : <span className="soft">—</span>;
}
