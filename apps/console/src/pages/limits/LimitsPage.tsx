import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { type Company, useCompanies } from '../../api/everything.ts';
import { useGpusInUse } from '../../api/gpus-in-use.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { CompanyStatus } from '../../components/Statuses.tsx';
import styles from './limits.module.css';

/** The concurrency limits of all companies by GPU class, with what they use of each now. */
export function LimitsPage() {
  const { t } = useTranslation('limits');
  const companies = useCompanies();
  const classes = $api.useQuery('get', '/api/v1/gpu-classes', {});
  const mayManage = useMay('grant.manage');
  const inUse = useGpusInUse();
  const rows = useMemo(() => (companies === undefined ? undefined : [...companies.values()]), [companies]);
  const limits = useQueries({
    queries: (rows ?? []).map(({ id }) => $api.queryOptions('get', '/api/v1/companies/{id}/quota', { params: { path: { id } } })),
    combine: (quotas) => {
      const found = new Map<string, number>();
      quotas.forEach(({ data }, index) => {
        for (const { gpuClass, maxGpus } of data?.concurrency ?? [])
          if (maxGpus !== null) found.set(`${rows?.[index]?.id ?? ''} ${gpuClass}`, maxGpus);
      });
      return found;
    },
  });
  const columns = useMemo<Column<Company>[]>(
    () => [
      {
        key: 'company',
        title: t('company'),
        always: true,
        width: 200,
        render: ({ id, name }) => (
          <Link to="/companies/$id" params={{ id }} className="name" dir="auto" title={name}>
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'status',
        title: t('status'),
        width: 110,
        render: ({ status }) => <CompanyStatus status={status} />,
        value: ({ status }) => status,
      },
      ...(classes.data?.items ?? []).map(({ code, name }) => ({
        key: code,
        title: name,
        width: 180,
        render: ({ id }: Company) => <Use used={inUse.data?.byClass.get(`${id} ${code}`) ?? 0} limit={limits.get(`${id} ${code}`)} />,
        value: ({ id }: Company) => inUse.data?.byClass.get(`${id} ${code}`) ?? 0,
      })),
    ],
    [t, classes.data, inUse.data, limits],
  );
  return (
    <>
      <PageHeader title={t('title')} description={mayManage ? t('about') : undefined} showsInstants={false} />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          rows={classes.data === undefined ? undefined : rows}
          rowKey={({ id }) => id}
          error={classes.error ?? inUse.error}
          onRetry={() => {
            void classes.refetch();
            void inUse.refetch();
          }}
          empty={<Empty title={t('empty')} />}
        />
      </Section>
    </>
  );
}

function Use({ used, limit }: { readonly used: number; readonly limit: number | undefined }) {
  const { t } = useTranslation('limits');
  const share = limit === undefined || limit === 0 ? 0 : Math.min(1, used / limit);
  return (
    <span className={styles['use']}>
      <span className="tabular">
        {used} / {limit ?? <span className="soft">{t('none')}</span>}
      </span>
      {limit !== undefined && (
        <span className={styles['bar']} aria-hidden="true">
          <span className={used >= limit ? styles['full'] : styles['part']} style={{ width: `${100 * share}%` }} />
        </span>
      )}
    </span>
  );
}
