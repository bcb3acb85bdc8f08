import { PlusOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { RecordTransfer } from './RecordTransfer.tsx';
import type { Transfer } from './transfer-data.ts';
import { TransferDrawer } from './TransferDrawer.tsx';
import { shownState, TransferState } from './TransferState.tsx';

const PAGE = 100;
const STATES = ['pending', 'confirmed', 'rejected'] as const;

/** The bank transfers of all companies: one person records a transfer, another one confirms it. */
export function TransfersPage() {
  const { t } = useTranslation('transfers');
  const { state, company } = useSearch({ from: '/shell/transfers' });
  const [, change] = useViewState();
  const mayRecord = useMay('wallet.topUp');
  const companies = useCompanies();
  const [recording, setRecording] = useState(false);
  const [openId, setOpenId] = useState<string>();
  const query = { limit: PAGE, ...(state !== undefined && { state }), ...(company !== undefined && { company }) };
  const transfers = useListed($api.useInfiniteQuery('get', '/api/v1/transfers', { params: { query } }, PAGES));
  const opened = transfers.rows?.find(({ id }) => id === openId);
  const nameOf = (id: string) => companies?.get(id)?.name ?? id;
  const columns = useColumns(nameOf, setOpenId);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          mayRecord && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setRecording(true)}>
              {t('record.open')}
            </Button>
          )
        }
      />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          {...transfers}
          rowKey={({ id }) => id}
          onOpen={({ id }) => setOpenId(id)}
          filters={
            <>
              <Segmented
                aria-label={t('column.state')}
                value={state ?? 'all'}
                options={[{ value: 'all', label: t('all') }, ...STATES.map((value) => ({ value, label: t(`state.${value}`) }))]}
                onChange={(value) => change({ state: value === 'all' ? undefined : value })}
              />
              <Select
                aria-label={t('column.company')}
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                style={{ width: 220 }}
                placeholder={t('column.company')}
                value={company}
                options={[...(companies?.values() ?? [])].map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(value: string | undefined) => change({ company: value })}
              />
            </>
          }
          empty={<Empty title={t('empty.title')} hint={t('empty.hint')} />}
        />
      </Section>
      {recording && <RecordTransfer company={company} onClose={() => setRecording(false)} />}
      {opened !== undefined && (
        <TransferDrawer transfer={opened} companyName={nameOf(opened.companyId)} onClose={() => setOpenId(undefined)} />
      )}
    </>
  );
}

function useColumns(nameOf: (company: string) => string, open: (id: string) => void): Column<Transfer>[] {
  const { t } = useTranslation('transfers');
  return [
    {
      key: 'reference',
      title: t('column.reference'),
      width: 170,
      always: true,
      render: ({ id, reference }) => (
        <Button type="link" size="small" style={{ padding: 0, maxWidth: '100%' }} onClick={() => open(id)}>
          <span className="name" dir="auto" title={reference}>
            {reference}
          </span>
        </Button>
      ),
      value: ({ reference }) => reference,
    },
    {
      key: 'company',
      title: t('column.company'),
      width: 150,
      render: ({ companyId }) => (
        <span className="name" dir="auto" title={nameOf(companyId)}>
          {nameOf(companyId)}
        </span>
      ),
      value: ({ companyId }) => nameOf(companyId),
    },
    {
      key: 'direction',
      title: t('column.direction'),
      width: 95,
      render: ({ direction }) => t(`direction.${direction}`),
      value: ({ direction }) => t(`direction.${direction}`),
    },
    {
      key: 'amount',
      title: t('column.amount'),
      width: 125,
      align: 'right',
      render: ({ amountFen }) => <Money fen={amountFen} />,
      value: ({ amountFen }) => amountFen,
    },
    {
      key: 'paidOn',
      title: t('column.paidOn'),
      width: 110,
      render: ({ paidOn }) => <span className="tabular">{paidOn}</span>,
      value: ({ paidOn }) => paidOn,
    },
    {
      key: 'state',
      title: t('column.state'),
      width: 120,
      render: (transfer) => <TransferState transfer={transfer} />,
      value: (transfer) => t(`state.${shownState(transfer)}`),
    },
    {
      key: 'recordedBy',
      title: t('column.recordedBy'),
      width: 118,
      render: ({ recordedBy }) => recordedBy.name,
      value: ({ recordedBy }) => recordedBy.name,
    },
    {
      key: 'decidedBy',
      title: t('column.decidedBy'),
      width: 118,
      render: ({ decidedBy }) => decidedBy?.name ?? <span className="soft">—</span>,
      value: ({ decidedBy }) => decidedBy?.name,
    },
    {
      key: 'recordedAt',
      title: t('column.recordedAt'),
      width: 150,
      optional: true,
      render: ({ recordedAt }) => <Instant at={recordedAt} />,
      value: ({ recordedAt }) => recordedAt,
    },
    {
      key: 'proof',
      title: t('column.proof'),
      width: 200,
      optional: true,
      render: ({ proof }) => proof?.fileName ?? <span className="soft">{t('proof.none')}</span>,
      value: ({ proof }) => proof?.fileName,
    },
  ];
}
