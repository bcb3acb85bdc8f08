import { useTranslation } from 'react-i18next';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import type { Job } from './job.ts';
import styles from './PodEventTable.module.css';
import { inLanguage, type PodEvent, usePodEvents } from './pod-events.ts';

/** Everything that the cluster reported of the pods of a job; it stays when the pods are gone. */
export function PodEventTable({ job }: { readonly job: Job }) {
  const { t, i18n } = useTranslation('job');
  const { data, error, refetch } = usePodEvents(job);
  const columns: Column<PodEvent>[] = [
    {
      key: 'lastAt',
      title: t('podEvents.last'),
      width: 170,
      always: true,
      render: ({ lastAt }) => <Instant at={lastAt} precision="second" />,
      value: ({ lastAt }) => lastAt,
    },
    { key: 'attempt', title: t('pods.attempt'), width: 100, render: ({ attempt }) => attempt, value: ({ attempt }) => attempt },
    { key: 'replica', title: t('pods.replica'), width: 80, render: ({ replica }) => replica, value: ({ replica }) => replica },
    {
      key: 'what',
      title: t('podEvents.what'),
      width: 410,
      render: ({ sentence, remedy, reason, message, warning }) => (
        <div className={styles['what']}>
          <div>{inLanguage(sentence, i18n.language)}</div>
          {warning && remedy !== null && <div>{inLanguage(remedy, i18n.language)}</div>}
          {message !== '' && (
            <div className="soft" lang="en">
              {reason}: {message}
            </div>
          )}
        </div>
      ),
      value: ({ sentence }) => inLanguage(sentence, i18n.language),
    },
    { key: 'count', title: t('podEvents.count'), width: 80, align: 'right', render: ({ count }) => count, value: ({ count }) => count },
    {
      key: 'code',
      title: t('podEvents.code'),
      width: 180,
      render: ({ code }) => <span className="mono">{code}</span>,
      value: ({ code }) => code,
    },
  ];
  return (
    <DataTable
      name={t('podEvents.title')}
      columns={columns}
      rows={data?.items}
      error={error}
      onRetry={() => void refetch()}
      rowKey={({ pod, source, reason, message }) => `${pod}/${source}/${reason}/${message}`}
      empty={<Empty title={t('podEvents.none')} hint={t('podEvents.noneHint')} />}
    />
  );
}
