import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCompanies } from '../../api/everything.ts';
import { useMay } from '../../api/session.ts';
import { formatCount, formatDuration } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { useReasonText } from '../../components/reason.ts';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { useWaitingJobs, type WaitingJob } from './waiting-jobs.ts';

const WhatIfDrawer = lazy(async () => ({ default: (await import('./WhatIfDrawer.tsx')).WhatIfDrawer }));

/** What a job without a known reason is filtered by: no cycle has looked at it yet. */
const NOT_YET = 'none';

const gpusOf = ({ replicas, gpusPerReplica }: WaitingJob): number => replicas * gpusPerReplica;
const reasonOf = ({ waiting }: WaitingJob): string => waiting?.reason ?? NOT_YET;

/** The waiting jobs of all companies: in which order, why, and until when. */
export function WaitingJobsPage() {
  const { t } = useTranslation('queue');
  const { gpuClass, reason } = useSearch({ from: '/shell/queue' });
  const [, change] = useViewState();
  const navigate = useNavigate();
  const maySimulate = useMay('schedule.read');
  const [simulating, setSimulating] = useState(false);
  const now = useNow();
  const reasonText = useReasonText();
  const { data, error, refetch } = useWaitingJobs();
  const ofClass = data?.filter((job) => gpuClass === undefined || job.gpuClass === gpuClass);
  const shown = ofClass?.filter((job) => reason === undefined || reasonOf(job) === reason);
  const nameOf = (code: string): string => (code === NOT_YET ? t('notYet') : reasonText(code));
  const longest = shown?.reduce((most, { queuedAt }) => Math.max(most, now - Date.parse(queuedAt)), 0);
  const filtered = gpuClass !== undefined || reason !== undefined;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('about')}
        actions={maySimulate ? <Button onClick={() => setSimulating(true)}>{t('whatIf.open')}</Button> : undefined}
      />
      <Section title={t('sums')}>
        <Figures>
          <Figure label={t('figure.jobs')} value={shown === undefined ? '—' : formatCount(shown.length)} />
          <Figure
            label={t('figure.gpus')}
            value={shown === undefined ? '—' : formatCount(shown.reduce((sum, job) => sum + gpusOf(job), 0))}
          />
          <Figure label={t('figure.longest')} value={longest === undefined ? '—' : formatDuration(longest / 1_000)} />
        </Figures>
      </Section>
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={useColumns(now)}
          rows={shown}
          rowKey={({ id }) => id}
          error={error}
          onRetry={() => void refetch()}
          onOpen={({ id }) => void navigate({ to: '/jobs/$id', params: { id } })}
          empty={filtered ? <Empty title={t('noMatch')} hint={t('noMatchHint')} /> : <Empty title={t('empty')} hint={t('emptyHint')} />}
          filters={
            <>
              <Select
                allowClear
                aria-label={t('column.gpuClass')}
                placeholder={t('column.gpuClass')}
                value={gpuClass}
                options={counted(data, (job) => job.gpuClass).map(([value, count]) => ({
                  value,
                  label: `${value} (${formatCount(count)})`,
                }))}
                onChange={(value?: string) => change({ gpuClass: value })}
                style={{ width: 150 }}
              />
              <Select
                allowClear
                aria-label={t('column.reason')}
                placeholder={t('column.reason')}
                value={reason}
                options={counted(ofClass, reasonOf).map(([value, count]) => ({
                  value,
                  label: `${nameOf(value)} (${formatCount(count)})`,
                }))}
                onChange={(value?: string) => change({ reason: value })}
                style={{ width: 240 }}
              />
            </>
          }
        />
      </Section>
      {simulating && (
        <Suspense fallback={null}>
          <WhatIfDrawer gpuClass={gpuClass ?? data?.[0]?.gpuClass} onClose={() => setSimulating(false)} />
        </Suspense>
      )}
    </>
  );
}

/** How many jobs have each value, the most frequent first. */
function counted(jobs: readonly WaitingJob[] | undefined, value: (job: WaitingJob) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const job of jobs ?? []) counts.set(value(job), (counts.get(value(job)) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

function useColumns(now: number): Column<WaitingJob>[] {
  const { t } = useTranslation('queue');
  const companies = useCompanies();
  const reasonText = useReasonText();
  return useMemo(() => {
    const companyOf = ({ tenantId }: WaitingJob): string => companies?.get(tenantId)?.name ?? tenantId;
    const text = ({ waiting }: WaitingJob): string => {
      if (waiting === null) return t('notYet');
      const codes = waiting.reasons.length === 0 ? [waiting.reason] : waiting.reasons.map(({ code }) => code);
      return codes.map(reasonText).join(t('separator'));
    };
    return [
      {
        key: 'place',
        title: t('column.place'),
        width: 110,
        render: ({ place, gpuClass }) => (
          <span className="tabular">
            {gpuClass} #{place}
          </span>
        ),
        value: ({ place, gpuClass }) => `${gpuClass} #${place}`,
      },
      {
        key: 'name',
        title: t('column.name'),
        always: true,
        width: 190,
        render: ({ id, name }) => (
          <Link to="/jobs/$id" params={{ id }} className="name" dir="auto" title={name}>
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'company',
        title: t('column.company'),
        width: 130,
        render: (job) => (
          <span className="name" dir="auto" title={companyOf(job)}>
            {companyOf(job)}
          </span>
        ),
        value: companyOf,
      },
      {
        key: 'gpus',
        title: t('column.gpus'),
        width: 80,
        align: 'right',
        render: (job) => <span className="tabular">{formatCount(gpusOf(job))}</span>,
        value: gpusOf,
      },
      {
        key: 'reason',
        title: t('column.reason'),
        width: 210,
        render: (job) => <span title={job.waiting?.reasons.map(({ detail }) => detail).join(' ')}>{text(job)}</span>,
        value: text,
      },
      {
        key: 'expectedStart',
        title: t('column.expectedStart'),
        width: 150,
        render: ({ waiting }) => <Instant at={waiting?.expectedStart} />,
        value: ({ waiting }) => waiting?.expectedStart,
      },
      {
        key: 'jobsAhead',
        title: t('column.jobsAhead'),
        width: 110,
        align: 'right',
        render: ({ waiting }) => <span className="tabular">{waiting?.jobsAhead ?? '—'}</span>,
        value: ({ waiting }) => waiting?.jobsAhead,
      },
      {
        key: 'queuedAt',
        title: t('column.waited'),
        width: 144,
        align: 'right',
        render: ({ queuedAt }) => <span className="tabular">{formatDuration((now - Date.parse(queuedAt)) / 1_000)}</span>,
        value: ({ queuedAt }) => queuedAt,
      },
      {
        key: 'priority',
        title: t('column.priority'),
        width: 100,
        optional: true,
        render: ({ priority }) => t(`priority.${priority}`),
        value: ({ priority }) => t(`priority.${priority}`),
      },
      {
        key: 'detail',
        title: t('column.detail'),
        width: 360,
        optional: true,
        render: ({ waiting }) => (
          <span className="soft name" lang="en" title={waiting?.detail}>
            {waiting?.detail ?? '—'}
          </span>
        ),
        value: ({ waiting }) => waiting?.detail,
      },
      { key: 'id', title: t('column.id'), width: 150, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
    ];
  }, [t, companies, reasonText, now]);
}
