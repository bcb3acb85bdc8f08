import { useQueries } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Empty } from '../../components/Empty.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { type Checklist, type ListedMonth, type UsageSum, useMonths, useUsageByMonth } from './month-data.ts';
import { ChecksState, MonthState } from './MonthState.tsx';

interface Row extends ListedMonth {
  readonly usage: UsageSum | undefined;
  readonly checklist: Checklist | undefined;
  /** Differences that the nightly reconciliation found and that are open; undefined until they are known. */
  readonly differences: number | undefined;
}

/** The months of the park: where the closing of each is, its figures, and who closed it. */
export function MonthsPage() {
  const { t } = useTranslation('months');
  const navigate = useNavigate();
  const { data, error, refetch } = useMonths();
  const usage = useUsageByMonth(data?.items);
  const checklists = useChecklists(data?.items);
  const nightly = $api.useQuery('get', '/api/v1/reconciliation/nightly', {}, { enabled: useMay('reconciliation.read') });
  const rows = useMemo(
    () =>
      data?.items.map((month): Row => ({
        ...month,
        usage: usage?.get(month.month),
        checklist: checklists.get(month.month),
        differences: nightly.data?.differences.filter((difference) => difference.month === month.month).length,
      })),
    [data, usage, checklists, nightly.data],
  );
  const columns = useColumns();
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
          onOpen={({ month }) => void navigate({ to: '/months/$month', params: { month } })}
          empty={<Empty title={t('empty.title')} hint={t('empty.hint')} />}
        />
      </Section>
    </>
  );
}

/** The checklists of the months that are over and not closed, by month. */
function useChecklists(months: readonly ListedMonth[] | undefined): ReadonlyMap<string, Checklist> {
  const open = months?.filter(({ state }) => state === 'open' || state === 'closing') ?? [];
  return useQueries({
    queries: open.map(({ month }) => $api.queryOptions('get', '/api/v1/months/{month}/checklist', { params: { path: { month } } })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data === undefined ? [] : [[data.month, data] as const]))),
  });
}

function Checks({ state, month, checklist, differences }: Row) {
  const { t } = useTranslation('months');
  if (state === 'running') return <span className="soft">{t('checks.running')}</span>;
  if (state !== 'closed') return <ChecksState checklist={checklist} />;
  if (differences === undefined) return <span className="soft">—</span>;
  if (differences === 0) return <ChecksState checklist={{ month, ready: true, items: [] }} />;
  return (
    <Link to="/reconciliation" search={{ month }}>
      {t('checks.differences', { n: differences })}
    </Link>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation('months');
  return useMemo(() => {
    const amount = (key: 'listFen' | 'subsidyFen' | 'selfPaidFen' | 'absorbedFen', optional = false): Column<Row> => ({
      key,
      title: t(`usage.${key}`),
      width: 115,
      align: 'right',
      optional,
      render: ({ usage }) => <Money fen={usage?.[key] ?? 0} />,
      value: ({ usage }) => usage?.[key] ?? 0,
    });
    return [
      {
        key: 'month',
        title: t('column.month'),
        width: 84,
        always: true,
        render: ({ month }) => (
          <Link to="/months/$month" params={{ month }} className="tabular">
            {month}
          </Link>
        ),
        value: ({ month }) => month,
      },
      {
        key: 'state',
        title: t('column.state'),
        width: 134,
        render: ({ state }) => <MonthState state={state} />,
        value: ({ state }) => t(`state.${state}`),
      },
      { key: 'checks', title: t('column.checks'), width: 120, render: (row) => <Checks {...row} /> },
      {
        key: 'gpuSeconds',
        title: t('usage.gpuHours'),
        width: 112,
        align: 'right',
        render: ({ usage }) => <GpuHours gpuSeconds={usage?.gpuSeconds ?? 0} bare />,
        value: ({ usage }) => usage?.gpuSeconds ?? 0,
      },
      amount('listFen'),
      amount('subsidyFen'),
      amount('selfPaidFen'),
      amount('absorbedFen', true),
      {
        key: 'closedBy',
        title: t('column.closedBy'),
        width: 114,
        render: ({ closing, decision }) =>
          closing === undefined ? (
            (decision?.proposedBy.name ?? <span className="soft">—</span>)
          ) : (
            <span title={t('requestedAndConfirmed', { requested: closing.requestedBy ?? '—', confirmed: closing.closedBy ?? '—' })}>
              {[closing.requestedBy, closing.closedBy].filter((name) => name !== null).join(' · ')}
            </span>
          ),
        value: ({ closing, decision }) =>
          closing === undefined ? decision?.proposedBy.name : `${closing.requestedBy ?? ''} · ${closing.closedBy ?? ''}`,
      },
      {
        key: 'closedAt',
        title: t('column.closedAt'),
        width: 150,
        optional: true,
        render: ({ closedAt }) => <Instant at={closedAt} />,
        value: ({ closedAt }) => closedAt,
      },
      {
        key: 'digest',
        title: t('column.digest'),
        width: 110,
        render: ({ closing }) => <Digest digest={closing?.digest} />,
        value: ({ closing }) => closing?.digest,
      },
      {
        key: 'keyId',
        title: t('column.keyId'),
        width: 170,
        optional: true,
        render: ({ closing }) => <Digest digest={closing?.keyId} />,
        value: ({ closing }) => closing?.keyId,
      },
    ];
  }, [t]);
}
