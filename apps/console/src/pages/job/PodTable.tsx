import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Instant } from '../../components/Instant.tsx';
import { JobState } from '../../components/JobState.tsx';
import { useReasonText } from '../../components/reason.ts';
import type { Attempt, Job } from './job.ts';

interface Pod extends Attempt {
  readonly replica: number;
  readonly node: string;
}

/** The replicas of each attempt, and where they ran. */
export function PodTable({ job, attempts }: { readonly job: Job; readonly attempts: readonly Attempt[] }) {
  const { t } = useTranslation('job');
  const reasonText = useReasonText();
  const mayReadLogs = useMay('log.read');
  const pods = useMemo<Pod[]>(
    () =>
      attempts.flatMap((attempt) =>
        Array.from({ length: job.replicas }, (_, replica) => ({ ...attempt, replica, node: attempt.placement[replica] ?? '—' })),
      ),
    [attempts, job.replicas],
  );
  const columns: Column<Pod>[] = [
    {
      key: 'replica',
      title: t('pods.replica'),
      always: true,
      width: 110,
      render: ({ attempt, replica }) =>
        mayReadLogs ? (
          <Link
            to="/jobs/$id"
            params={{ id: job.id }}
            search={{ tab: 'log', replica, attempt }}
            aria-label={t('pods.logOf', { replica, attempt })}
          >
            {replica}
          </Link>
        ) : (
          replica
        ),
      value: ({ replica }) => replica,
    },
    { key: 'attempt', title: t('pods.attempt'), width: 120, render: ({ attempt }) => attempt, value: ({ attempt }) => attempt },
    {
      key: 'node',
      title: t('pods.node'),
      width: 160,
      render: ({ node }) => <span className="mono">{node}</span>,
      value: ({ node }) => node,
    },
    { key: 'gpus', title: t('pods.gpus'), width: 80, align: 'right', render: () => job.gpusPerReplica, value: () => job.gpusPerReplica },
    {
      key: 'state',
      title: t('pods.state'),
      width: 240,
      render: ({ state, reason }) => (
        <>
          <JobState state={state} /> <span className="soft">{reason === null ? '' : reasonText(reason)}</span>
        </>
      ),
      value: ({ state }) => state,
    },
    {
      key: 'startedAt',
      title: t('pods.startedAt'),
      width: 170,
      render: ({ startedAt }) => <Instant at={startedAt} precision="second" />,
      value: ({ startedAt }) => startedAt,
    },
    {
      key: 'endedAt',
      title: t('pods.endedAt'),
      width: 170,
      render: ({ endedAt }) => <Instant at={endedAt} precision="second" />,
      value: ({ endedAt }) => endedAt,
    },
  ];
  return (
    <DataTable
      name={t('pods.title')}
      columns={columns}
      rows={pods}
      rowKey={({ attempt, replica }) => `${attempt}/${replica}`}
      empty={null}
    />
  );
}
