import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Money } from '../../components/Money.tsx';
import { Section } from '../../components/Section.tsx';
import { sumsBy, totalOf, type UsageSum } from './month-data.ts';

interface Row extends UsageSum {
  readonly id: string;
  readonly name: string;
}

const NONE: UsageSum = { gpuSeconds: 0, listFen: 0, subsidyFen: 0, selfPaidFen: 0, absorbedFen: 0 };
const AMOUNTS = ['listFen', 'subsidyFen', 'selfPaidFen', 'absorbedFen'] as const;

/** The statements of all companies of a month, with what each used and who paid. */
export function MonthStatements({ month }: { readonly month: string }) {
  const { t } = useTranslation('months');
  const navigate = useNavigate();
  const companies = useCompanies();
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/usage/companies', { params: { query: { from: month, until: month } } });
  const rows = useMemo(() => {
    if (data === undefined || companies === undefined) return undefined;
    const sums = sumsBy(data.items, ({ companyId }) => companyId);
    return [...companies.values()]
      .map(({ id, name }): Row => ({ id, name, ...(sums.get(id) ?? NONE) }))
      .toSorted((left, right) => right.listFen - left.listFen);
  }, [data, companies]);
  const total = useMemo(() => totalOf(rows ?? []), [rows]);
  const columns = useMemo(
    (): Column<Row>[] => [
      {
        key: 'name',
        title: t('column.company'),
        width: 220,
        always: true,
        render: ({ id, name }) => (
          <Link to="/statements/$month" params={{ month }} search={{ company: id }} className="name" dir="auto" title={name}>
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'gpuSeconds',
        title: t('usage.gpuHours'),
        width: 120,
        align: 'right',
        render: ({ gpuSeconds }) => <GpuHours gpuSeconds={gpuSeconds} bare />,
        value: ({ gpuSeconds }) => gpuSeconds,
      },
      ...AMOUNTS.map((key): Column<Row> => ({
        key,
        title: t(`usage.${key}`),
        width: 140,
        align: 'right',
        render: (row) => (
          <Money
            fen={row[key]}
            onTrace={
              row[key] === 0 ? undefined : () => void navigate({ to: '/statements/$month', params: { month }, search: { company: row.id } })
            }
          />
        ),
        value: (row) => row[key],
      })),
    ],
    [t, month, navigate],
  );
  return (
    <Section title={t('statements')} flush>
      <DataTable
        name={`${t('statements')} ${month}`}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        onOpen={({ id }) => void navigate({ to: '/statements/$month', params: { month }, search: { company: id } })}
        empty={<Empty title={t('noStatements')} />}
        summary={{
          name: t('total'),
          gpuSeconds: <GpuHours gpuSeconds={total.gpuSeconds} bare />,
          ...Object.fromEntries(AMOUNTS.map((key) => [key, <Money key={key} fen={total[key]} />])),
        }}
      />
    </Section>
  );
}
