import { EditOutlined, PlusOutlined } from '@ant-design/icons';
import { useQueries } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useMay, useMe } from '../../api/session.ts';
import { formatDay } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { useThemeName } from '../../app/preferences.ts';
import { PALETTE, TOKENS } from '../../app/tokens.ts';
import { Chart } from '../../components/chart/Chart.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { GpuClassDrawer } from './GpuClassDrawer.tsx';
import { PriceModal } from './PriceModal.tsx';
import styles from './prices.module.css';

export type GpuClass = components['schemas']['GpuClass'];
type Price = components['schemas']['PriceBook']['items'][number];

const MONTH_MS = 30 * 86_400_000;

/** The price book of each GPU class as a time line, and the classes. A price is never changed in place: a new one follows it. */
export function PricesPage() {
  const { t } = useTranslation('prices');
  const mayManage = useMay('catalog.manage');
  const [pricing, setPricing] = useState<GpuClass>();
  const [editing, setEditing] = useState<GpuClass | 'new'>();
  const classes = $api.useQuery('get', '/api/v1/gpu-classes', {});
  const items = classes.data?.items;
  const books = useQueries({
    queries: (items ?? []).map(({ code }) => $api.queryOptions('get', '/api/v1/gpu-classes/{code}/prices', { params: { path: { code } } })),
  });
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('add')}
    </Button>
  );
  const columns = useColumns(mayManage, setPricing, setEditing);
  const failed = books.find(({ error, data }) => error !== null && data === undefined);
  return (
    <>
      <PageHeader title={t('title')} actions={mayManage && add} />
      <Section title={t('classes')} flush>
        <DataTable
          name={t('classes')}
          columns={columns}
          rows={items}
          rowKey={({ code }) => code}
          error={classes.error}
          onRetry={() => void classes.refetch()}
          empty={<Empty title={t('empty')} hint={t('emptyHint')} action={mayManage ? add : undefined} />}
        />
      </Section>
      {items !== undefined && items.length > 0 && (
        <Section title={t('timeLine')}>
          {failed !== undefined ? (
            <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />
          ) : books.every(({ data }) => data !== undefined) ? (
            <TimeLine classes={items} books={books.map(({ data }) => data?.items ?? [])} />
          ) : (
            <Loading />
          )}
        </Section>
      )}
      {pricing !== undefined && <PriceModal gpuClass={pricing} onClose={() => setPricing(undefined)} />}
      {editing !== undefined && <GpuClassDrawer {...(editing !== 'new' && { gpuClass: editing })} onClose={() => setEditing(undefined)} />}
    </>
  );
}

function TimeLine({ classes, books }: { readonly classes: readonly GpuClass[]; readonly books: readonly (readonly Price[])[] }) {
  const { t } = useTranslation('prices');
  const { timeZone } = useMe();
  const now = useNow();
  const { textSoft } = TOKENS[useThemeName()];
  const option = useMemo(() => {
    const end = Math.max(now + MONTH_MS, ...books.flat().map(({ from }) => Date.parse(from) + MONTH_MS));
    return {
      tooltip: { trigger: 'axis', valueFormatter: (yuan: unknown) => (typeof yuan === 'number' ? `¥${yuan.toFixed(2)}` : '—') },
      legend: { type: 'scroll' },
      xAxis: { type: 'time' },
      yAxis: { type: 'value' },
      series: classes.map(({ name }, index) => {
        const book = (books[index] ?? []).toSorted((left, right) => Date.parse(left.from) - Date.parse(right.from));
        const last = book.at(-1);
        return {
          type: 'line',
          step: 'end',
          name,
          color: PALETTE[index % PALETTE.length],
          symbol: 'circle',
          symbolSize: 6,
          data: [
            ...book.map(({ from, fenPerGpuHour }) => [Date.parse(from), fenPerGpuHour / 100]),
            ...(last === undefined ? [] : [[end, last.fenPerGpuHour / 100]]),
          ],
          ...(index === 0 && {
            markLine: {
              symbol: 'none',
              silent: true,
              label: { formatter: t('now'), color: textSoft },
              lineStyle: { color: textSoft },
              data: [{ xAxis: now }],
            },
          }),
        };
      }),
    };
  }, [classes, books, now, textSoft, t]);
  const rows = classes.flatMap(({ code, name }, index) => (books[index] ?? []).map((price) => ({ ...price, code, name })));
  return (
    <>
      <Chart
        option={option}
        height={260}
        summary={rows
          .map(({ name, from, fenPerGpuHour }) => `${name} ${formatDay(from, timeZone)} ¥${(fenPerGpuHour / 100).toFixed(2)}`)
          .join('; ')}
      />
      <ul className={styles['prices']}>
        {rows
          .toSorted((left, right) => Date.parse(right.from) - Date.parse(left.from))
          .map(({ code, name, from, fenPerGpuHour }) => (
            <li key={`${code} ${from}`}>
              <span>{name}</span>
              <Money fen={fenPerGpuHour} />
              <span className="soft">
                {t(Date.parse(from) > now ? 'announced' : 'since')} <Instant at={from} />
              </span>
            </li>
          ))}
      </ul>
    </>
  );
}

function useColumns(mayManage: boolean, onPrice: (gpuClass: GpuClass) => void, onEdit: (gpuClass: GpuClass) => void): Column<GpuClass>[] {
  const { t } = useTranslation('prices');
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('column.name'),
        always: true,
        width: 200,
        render: ({ name }) => (
          <span className="name" title={name}>
            {name}
          </span>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'code',
        title: t('column.code'),
        width: 120,
        render: ({ code }) => <span className="mono">{code}</span>,
        value: ({ code }) => code,
      },
      {
        key: 'price',
        title: t('column.price'),
        width: 150,
        align: 'right',
        render: ({ listPriceFen }) => <Money fen={listPriceFen} />,
        value: ({ listPriceFen }) => listPriceFen,
      },
      {
        key: 'vendor',
        title: t('column.vendor'),
        width: 110,
        optional: true,
        render: ({ vendor }) => vendor,
        value: ({ vendor }) => vendor,
      },
      {
        key: 'resource',
        title: t('column.resource'),
        width: 180,
        optional: true,
        render: ({ resourceName }) => <span className="mono">{resourceName}</span>,
        value: ({ resourceName }) => resourceName,
      },
      {
        key: 'gpus',
        title: t('column.gpusPerNode'),
        width: 110,
        align: 'right',
        render: ({ gpusPerNode }) => <span className="tabular">{gpusPerNode}</span>,
        value: ({ gpusPerNode }) => gpusPerNode,
      },
      {
        key: 'weight',
        title: t('column.weight'),
        width: 120,
        align: 'right',
        render: ({ weight }) => <span className="tabular">{weight}</span>,
        value: ({ weight }) => weight,
      },
      {
        key: 'active',
        title: t('column.active'),
        width: 110,
        render: ({ active }) => t(active ? 'active' : 'inactive'),
        value: ({ active }) => t(active ? 'active' : 'inactive'),
      },
      ...(mayManage
        ? [
            {
              key: 'actions',
              title: t('column.actions'),
              width: 190,
              always: true,
              render: (gpuClass: GpuClass) => (
                <span style={{ display: 'flex', gap: 8 }}>
                  <Button size="small" onClick={() => onPrice(gpuClass)}>
                    {t('price.open')}
                  </Button>
                  <Button
                    size="small"
                    type="text"
                    icon={<EditOutlined />}
                    aria-label={t('edit', { name: gpuClass.name })}
                    onClick={() => onEdit(gpuClass)}
                  />
                </span>
              ),
            },
          ]
        : []),
    ],
    [t, mayManage, onPrice, onEdit],
  );
}
