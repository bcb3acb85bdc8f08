import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { type ListedMonth, type UsageSum, useMonths, useUsageByMonth } from '../months/month-data.ts';
import { MonthState } from '../months/MonthState.tsx';

interface Row extends ListedMonth {
  readonly usage: UsageSum | undefined;
}

const AMOUNTS = ['listFen', 'subsidyFen', 'selfPaidFen'] as const;

/** The statements of the company that the person acts for, a row a month. */
export function StatementsPage() {
  const { t } = useTranslation('statements');
  const navigate = useNavigate();
  const { data, error, refetch } = useMonths();
  const usage = useUsageByMonth(data?.items);
  const rows = useMemo(() => data?.items.map((month): Row => ({ ...month, usage: usage?.get(month.month) })), [data, usage]);
  const columns = useMemo(
    (): Column<Row>[] => [
      {
        key: 'month',
        title: t('column.month'),
        width: 110,
        always: true,
        render: ({ month }) => (
          <Link to="/statements/$month" params={{ month }} className="tabular">
            {month}
          </Link>
        ),
        value: ({ month }) => month,
      },
      {
        key: 'state',
        title: t('column.state'),
        width: 130,
        render: ({ state }) => <MonthState state={state} />,
        value: ({ state }) => state,
      },
      {
        key: 'gpuSeconds',
        title: t('column.gpuHours'),
        width: 120,
        align: 'right',
        render: ({ usage: sum }) => <GpuHours gpuSeconds={sum?.gpuSeconds ?? 0} bare />,
        value: ({ usage: sum }) => sum?.gpuSeconds ?? 0,
      },
      ...AMOUNTS.map((key): Column<Row> => ({
        key,
        title: t(`column.${key}`),
        width: 140,
        align: 'right',
        render: ({ usage: sum }) => <Money fen={sum?.[key] ?? 0} />,
        value: ({ usage: sum }) => sum?.[key] ?? 0,
      })),
      {
        key: 'closedAt',
        title: t('column.closedAt'),
        width: 150,
        render: ({ closedAt }) => <Instant at={closedAt} />,
        value: ({ closedAt }) => closedAt,
      },
    ],
    [t],
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          rows={rows}
          rowKey={({ month }) => month}
          error={error}
          onRetry={() => void refetch()}
          onOpen={({ month }) => void navigate({ to: '/statements/$month', params: { month } })}
          empty={<Empty title={t('empty.title')} hint={t('empty.hint')} />}
        />
      </Section>
    </>
  );
}
