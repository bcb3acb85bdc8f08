import { PauseCircleOutlined, PlayCircleOutlined, StopOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { PAGES } from '../../api/pages.ts';
import { useMay, useMe } from '../../api/session.ts';
import { BulkActions } from '../../components/bulk/BulkActions.tsx';
import { MOST_AT_ONCE } from '../../components/bulk/BulkDialog.tsx';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { applies, type JobAction } from './actions.ts';
import { BulkJobs } from './BulkJobs.tsx';
import { JOB_STATES, type JobSummary, useJobColumns } from './columns.tsx';
import { useCompanyNames, useMemberNames } from './names.ts';

const PAGE = 200;
const REFRESH_MS = 15_000;

/** The jobs of the company, or for the park's people of all companies. */
export function JobsPage() {
  const { t } = useTranslation(['jobs', 'common']);
  const { state, gpuClass, name, company } = useSearch({ from: '/shell/jobs' });
  const [, change] = useViewState();
  const forPark = useMe().companyId === undefined;
  const query = {
    limit: PAGE,
    ...(state !== undefined && { state }),
    ...(gpuClass !== undefined && { gpuClass }),
    ...(name !== undefined && { name }),
    ...(forPark && company !== undefined && { company }),
  };
  const jobs = $api.useInfiniteQuery('get', '/api/v1/jobs', { params: { query } }, { ...PAGES, refetchInterval: REFRESH_MS });
  const rows = useMemo(() => jobs.data?.pages.flatMap(({ items }) => items), [jobs.data]);
  const companies = useCompanyNames(forPark);
  const members = useMemberNames();
  const columns = useJobColumns({ companies: forPark ? companies : undefined, members });
  const classes = $api.useQuery('get', '/api/v1/gpu-classes', {}, { staleTime: 5 * 60_000 });
  const mayWrite = useMay('job.write');
  const [keys, setKeys] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState<{ readonly action: JobAction; readonly jobs: readonly JobSummary[] }>();
  // What has left the list, or has ended meanwhile, is chosen no more.
  const chosen = rows?.filter((job) => keys.includes(job.id) && applies('cancel', job)) ?? [];
  const [active, suspended] = [chosen.filter((job) => applies('suspend', job)), chosen.filter((job) => applies('resume', job))];
  const filtered = [state, gpuClass, name, company].some((filter) => filter !== undefined);
  const submit = mayWrite ? (
    <LinkButton to="/submit" color="primary" variant="solid">
      {t('submit')}
    </LinkButton>
  ) : undefined;
  return (
    <>
      <PageHeader title={t('title')} actions={submit} />
      <Section
        title={t('list')}
        flush
        actions={
          <BulkActions count={chosen.length} onClear={() => setKeys([])}>
            {suspended.length > 0 && (
              <Button icon={<PlayCircleOutlined />} onClick={() => setAsked({ action: 'resume', jobs: suspended })}>
                {t('bulk.resume.submit', { count: suspended.length })}
              </Button>
            )}
            {active.length > 0 && (
              <Button icon={<PauseCircleOutlined />} onClick={() => setAsked({ action: 'suspend', jobs: active })}>
                {t('bulk.suspend.submit', { count: active.length })}
              </Button>
            )}
            <Button danger icon={<StopOutlined />} onClick={() => setAsked({ action: 'cancel', jobs: chosen })}>
              {t('bulk.cancel.submit', { count: chosen.length })}
            </Button>
          </BulkActions>
        }
      >
        <DataTable
          name={t('title')}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          error={jobs.error}
          onRetry={() => void jobs.refetch()}
          empty={
            filtered ? (
              <Empty title={t('noMatch.title')} hint={t('noMatch.hint')} />
            ) : (
              <Empty title={t('empty.title')} hint={t('empty.hint')} action={submit} />
            )
          }
          selection={
            mayWrite && !forPark
              ? {
                  keys: chosen.map(({ id }) => id),
                  onChange: (ids) => setKeys(ids.slice(0, MOST_AT_ONCE)),
                  label: (job) => job.name,
                  allows: (job) => applies('cancel', job),
                }
              : undefined
          }
          more={jobs.hasNextPage ? { loading: jobs.isFetchingNextPage, load: () => void jobs.fetchNextPage() } : undefined}
          filters={
            <>
              <Input.Search
                key={name ?? ''}
                allowClear
                aria-label={t('filter.name')}
                placeholder={t('filter.name')}
                defaultValue={name}
                onSearch={(typed) => change({ name: typed === '' ? undefined : typed })}
                style={{ width: 200 }}
              />
              <Select
                mode="multiple"
                allowClear
                maxTagCount="responsive"
                aria-label={t('filter.state')}
                placeholder={t('filter.state')}
                value={state?.split(',') ?? []}
                options={JOB_STATES.map((value) => ({ value, label: t(`common:jobState.${value}`) }))}
                onChange={(states: string[]) => change({ state: states.length === 0 ? undefined : states.join(',') })}
                style={{ minWidth: 180 }}
              />
              <Select
                allowClear
                aria-label={t('filter.gpuClass')}
                placeholder={t('filter.gpuClass')}
                value={gpuClass ?? null}
                options={(classes.data?.items ?? []).map((offered) => ({ value: offered.code, label: offered.name }))}
                onChange={(code: string | undefined) => change({ gpuClass: code ?? undefined })}
                style={{ width: 180 }}
              />
              {forPark && (
                <Select
                  allowClear
                  showSearch={{ optionFilterProp: 'label' }}
                  aria-label={t('filter.company')}
                  placeholder={t('filter.company')}
                  value={company ?? null}
                  options={[...companies].map(([value, label]) => ({ value, label }))}
                  onChange={(id: string | undefined) => change({ company: id ?? undefined })}
                  style={{ width: 180 }}
                />
              )}
            </>
          }
        />
      </Section>
      {asked !== undefined && <BulkJobs {...asked} onDone={() => setKeys([])} onClose={() => setAsked(undefined)} />}
    </>
  );
}
