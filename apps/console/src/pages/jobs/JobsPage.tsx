import { Input, Select } from 'antd';
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { PAGES } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { JobState } from '../../components/JobState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';

type JobSummary = components['schemas']['JobSummary'];

const PAGE = 100;
const STATES: readonly JobSummary['state'][] = [
  'Queued',
  'Admitted',
  'Starting',
  'Running',
  'Suspending',
  'Suspended',
  'Succeeded',
  'Failed',
  'TimedOut',
  'Cancelled',
];

export function JobsPage() {
  const { t } = useTranslation(['jobs', 'common']);
  const search = useSearch({ from: '/shell/jobs' });
  const [, change] = useViewState();
  const { state, gpuClass, name } = search;
  const query = {
    limit: PAGE,
    ...(state !== undefined && { state }),
    ...(gpuClass !== undefined && { gpuClass }),
    ...(name !== undefined && { name }),
  };
  const jobs = $api.useInfiniteQuery('get', '/api/v1/jobs', { params: { query } }, PAGES);
  const rows = useMemo(() => jobs.data?.pages.flatMap(({ items }) => items), [jobs.data]);
  const columns = useColumns();
  const mayWrite = useMay('job.write');
  const submit = mayWrite ? (
    <LinkButton to="/submit" type="primary">
      {t('submit')}
    </LinkButton>
  ) : undefined;
  return (
    <>
      <PageHeader title={t('title')} actions={submit} />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          error={jobs.error}
          onRetry={() => void jobs.refetch()}
          empty={<Empty title={t('empty.title')} hint={t('empty.hint')} action={submit} />}
          more={jobs.hasNextPage ? { loading: jobs.isFetchingNextPage, load: () => void jobs.fetchNextPage() } : undefined}
          filters={
            <>
              <Input.Search
                allowClear
                aria-label={t('filter.name')}
                placeholder={t('filter.name')}
                defaultValue={search.name}
                onSearch={(name) => change({ name: name === '' ? undefined : name })}
                style={{ width: 200 }}
              />
              <Select
                mode="multiple"
                allowClear
                maxTagCount="responsive"
                aria-label={t('filter.state')}
                placeholder={t('filter.state')}
                value={search.state?.split(',') ?? []}
                options={STATES.map((state) => ({ value: state, label: t(`common:jobState.${state}`) }))}
                onChange={(states: string[]) => change({ state: states.length === 0 ? undefined : states.join(',') })}
                style={{ minWidth: 180 }}
              />
            </>
          }
        />
      </Section>
    </>
  );
}

function useColumns(): Column<JobSummary>[] {
  const { t } = useTranslation('jobs');
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('column.name'),
        always: true,
        width: 220,
        render: ({ id, name }) => (
          <Link to="/jobs/$id" params={{ id }} className="name" dir="auto" title={name}>
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'state',
        title: t('column.state'),
        width: 130,
        render: ({ state }) => <JobState state={state} />,
        value: ({ state }) => state,
      },
      {
        key: 'gpus',
        title: t('column.gpus'),
        width: 120,
        align: 'right',
        render: ({ replicas, gpusPerReplica, gpuClass }) => (
          <span className="tabular">
            {replicas * gpusPerReplica} × {gpuClass}
          </span>
        ),
        value: ({ replicas, gpusPerReplica }) => replicas * gpusPerReplica,
      },
      {
        key: 'submittedAt',
        title: t('column.submittedAt'),
        width: 160,
        render: ({ submittedAt }) => <Instant at={submittedAt} />,
        value: ({ submittedAt }) => submittedAt,
      },
      { key: 'id', title: t('column.id'), width: 140, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
    ],
    [t],
  );
}
