import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Section } from '../../components/Section.tsx';

type Run = components['schemas']['NightlyReconciliation']['runs'][number];

const SIDES = ['cluster', 'metered', 'ledger', 'statement'] as const;

/** What the latest night found of each month that it reconciles. */
export function NightlyRuns() {
  const { t } = useTranslation('reconciliation');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/reconciliation/nightly');
  const columns = useMemo(
    (): Column<Run>[] => [
      {
        key: 'month',
        title: t('month'),
        width: 100,
        always: true,
        render: ({ month }) => (
          <Link to="/reconciliation" search={{ month }} className="tabular">
            {month}
          </Link>
        ),
        value: ({ month }) => month,
      },
      { key: 'at', title: t('run.at'), width: 150, render: ({ at }) => <Instant at={at} />, value: ({ at }) => at },
      ...SIDES.map((side): Column<Run> => ({
        key: side,
        title: t(`side.${side}`),
        width: 130,
        align: 'right',
        render: (run) => <GpuHours gpuSeconds={run[`${side}GpuSeconds`]} bare />,
        value: (run) => run[`${side}GpuSeconds`],
      })),
      {
        key: 'comparedJobs',
        title: t('run.jobs'),
        width: 100,
        align: 'right',
        render: ({ comparedJobs }) => <span className="tabular">{comparedJobs}</span>,
        value: ({ comparedJobs }) => comparedJobs,
      },
      {
        key: 'differenceCount',
        title: t('differences'),
        width: 100,
        align: 'right',
        render: ({ differenceCount }) => <span className="tabular">{differenceCount}</span>,
        value: ({ differenceCount }) => differenceCount,
      },
    ],
    [t],
  );
  return (
    <Section title={t('nightly')} flush>
      <DataTable
        name={t('nightly')}
        columns={columns}
        rows={data?.runs}
        rowKey={({ month }) => month}
        error={error}
        onRetry={() => void refetch()}
        empty={<Empty title={t('noRun.title')} hint={t('noRun.hint')} />}
      />
    </Section>
  );
}
