import { DownloadOutlined } from '@ant-design/icons';
import { Link, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { download } from '../../app/downloads.ts';
import { Amount } from '../../components/Amount.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { useMonths } from '../months/month-data.ts';
import { MonthState } from '../months/MonthState.tsx';
import { SettlementDrawer } from './SettlementDrawer.tsx';

type Spend = components['schemas']['Usage']['programmes'][number];

/** The settlement lists of a month: what each programme paid, with the list per company and its files. */
export function SettlementsPage() {
  const { t } = useTranslation('settlements');
  const { month: asked } = useSearch({ from: '/shell/settlements' });
  const [, change] = useViewState();
  const { data, error, refetch } = useMonths();
  const month = asked ?? data?.items.find(({ state }) => state !== 'running')?.month ?? data?.items[0]?.month;
  const listed = data?.items.find((candidate) => candidate.month === month);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        beside={listed !== undefined && <MonthState state={listed.state} />}
        showsInstants={false}
        actions={
          <Select
            aria-label={t('month')}
            style={{ width: 140 }}
            value={month}
            options={data?.items.map(({ month: value }) => ({ value, label: value }))}
            onChange={(value) => change({ month: value })}
          />
        }
      />
      {error !== null && data === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && month === undefined && <Empty title={t('empty.title')} hint={t('empty.hint')} />}
      {month !== undefined && <Lists month={month} />}
    </>
  );
}

function Lists({ month }: { readonly month: string }) {
  const { t, i18n } = useTranslation('settlements');
  const [opened, setOpened] = useState<string>();
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/usage', {
    params: { query: { from: month, until: month, resolution: 'month' } },
  });
  const lang = i18n.language === 'en' ? 'en' : 'zh';
  const columns = useMemo(
    (): Column<Spend>[] => [
      {
        key: 'name',
        title: t('column.programme'),
        width: 240,
        always: true,
        render: ({ programmeId, name }) => (
          <Button type="link" size="small" style={{ padding: 0, maxWidth: '100%' }} onClick={() => setOpened(programmeId)}>
            <span className="name" dir="auto" title={name}>
              {name}
            </span>
          </Button>
        ),
        value: ({ name }) => name,
      },
      { key: 'funder', title: t('column.funder'), width: 110, render: ({ funder }) => funder, value: ({ funder }) => funder },
      {
        key: 'gpuSeconds',
        title: t('column.gpuHours'),
        width: 120,
        align: 'right',
        render: ({ gpuSeconds }) => <GpuHours gpuSeconds={gpuSeconds} bare />,
        value: ({ gpuSeconds }) => gpuSeconds,
      },
      {
        key: 'listFen',
        title: t('column.listFen'),
        width: 140,
        align: 'right',
        render: ({ listFen }) => <Money fen={listFen} />,
        value: ({ listFen }) => listFen,
      },
      {
        key: 'paid',
        title: t('column.paid'),
        width: 150,
        align: 'right',
        render: ({ programmeId, unit, paid }) => <Amount unit={unit} amount={paid} onTrace={() => setOpened(programmeId)} />,
        value: ({ paid }) => paid,
      },
      {
        key: 'files',
        title: t('column.files'),
        width: 240,
        render: ({ programmeId, name }) =>
          (['pdf', 'xlsx', 'csv', 'json'] as const).map((format) => (
            <Button
              key={format}
              type="text"
              size="small"
              icon={format === 'pdf' ? <DownloadOutlined /> : undefined}
              aria-label={t('download', { name, format: format.toUpperCase() })}
              onClick={() =>
                void download(
                  `/api/v1/programmes/${programmeId}/settlements/${month}/file?format=${format}&lang=${lang}`,
                  `${name}-${month}.${format}`,
                )
              }
            >
              {format.toUpperCase()}
            </Button>
          )),
      },
    ],
    [t, month, lang],
  );
  return (
    <Section
      title={t('list', { month })}
      flush
      actions={
        <Link to="/months/$month" params={{ month }}>
          {t('toMonth')}
        </Link>
      }
    >
      <DataTable
        name={`${t('title')} ${month}`}
        columns={columns}
        rows={data?.programmes}
        rowKey={({ programmeId }) => programmeId}
        error={error}
        onRetry={() => void refetch()}
        onOpen={({ programmeId }) => setOpened(programmeId)}
        empty={<Empty title={t('empty.title')} hint={t('empty.hint')} />}
      />
      {opened !== undefined && <SettlementDrawer programme={opened} month={month} onClose={() => setOpened(undefined)} />}
    </Section>
  );
}
