import { PlusOutlined, UserSwitchOutlined } from '@ant-design/icons';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { useReasonText } from '../../components/reason.ts';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import type { Affected } from './affected.ts';
import { RecordDrawer } from './RecordDrawer.tsx';

type Heading = Pick<components['schemas']['Incident'], 'id' | 'reason' | 'node' | 'from' | 'until' | 'openedBy' | 'openedAt'>;

const PAGE = 100;

/** Failures of the platform, and the attempts that still await a refund. */
export function IncidentsPage() {
  const { t } = useTranslation('incidents');
  const { show } = useSearch({ from: '/shell/incidents' });
  const [, change] = useViewState();
  const mayManage = useMay('incident.manage');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [recording, setRecording] = useState(false);
  const candidates = $api.useQuery('get', '/api/v1/incidents/candidates');
  const record = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setRecording(true)}>
      {chosen.length === 0 ? t('record.open') : t('record.openFor', { count: chosen.length })}
    </Button>
  );
  const count = candidates.data?.items.length;
  const candidateColumns = useCandidateColumns();
  return (
    <>
      <PageHeader title={t('title')} description={t('about')} actions={mayManage && record} />
      <Section
        title={show === 'candidates' ? t('candidates') : t('list')}
        flush
        actions={
          <Segmented
            aria-label={t('show.label')}
            value={show ?? 'incidents'}
            options={[
              { value: 'incidents', label: t('show.incidents') },
              { value: 'candidates', label: count === undefined ? t('candidates') : t('show.candidates', { attempts: count }) },
            ]}
            onChange={(value) => {
              setChosen([]);
              change({ show: value === 'candidates' ? value : undefined, sort: undefined, columns: undefined });
            }}
          />
        }
      >
        {show === 'candidates' ? (
          <DataTable
            name={t('candidates')}
            columns={candidateColumns}
            rows={candidates.data?.items}
            rowKey={({ attempt }) => attempt}
            error={candidates.error}
            onRetry={() => void candidates.refetch()}
            empty={<Empty title={t('candidatesEmpty')} hint={t('candidatesHint')} />}
            selection={mayManage ? { keys: chosen, onChange: setChosen } : undefined}
          />
        ) : (
          <Incidents record={mayManage ? record : undefined} />
        )}
      </Section>
      {recording && <RecordDrawer attempts={chosen} onClose={() => setRecording(false)} />}
    </>
  );
}

function Incidents({ record }: { readonly record: ReactNode }) {
  const { t } = useTranslation('incidents');
  const navigate = useNavigate();
  const incidents = useListed($api.useInfiniteQuery('get', '/api/v1/incidents', { params: { query: { limit: PAGE } } }, PAGES));
  return (
    <DataTable
      name={t('title')}
      columns={useIncidentColumns()}
      {...incidents}
      rowKey={({ id }) => id}
      onOpen={({ id }) => void navigate({ to: '/incidents/$id', params: { id } })}
      empty={<Empty title={t('empty')} hint={t('emptyHint')} action={record} />}
    />
  );
}

function useIncidentColumns(): Column<Heading>[] {
  const { t } = useTranslation('incidents');
  return useMemo(
    () => [
      {
        key: 'openedAt',
        title: t('column.openedAt'),
        width: 150,
        render: ({ openedAt }) => <Instant at={openedAt} />,
        value: ({ openedAt }) => openedAt,
      },
      {
        key: 'reason',
        title: t('column.reason'),
        always: true,
        width: 320,
        render: ({ id, reason }) => (
          <Link to="/incidents/$id" params={{ id }} className="name" dir="auto" title={reason}>
            {reason}
          </Link>
        ),
        value: ({ reason }) => reason,
      },
      {
        key: 'node',
        title: t('column.node'),
        width: 130,
        render: ({ node }) => (node === null ? <span className="soft">—</span> : <span className="mono">{node}</span>),
        value: ({ node }) => node,
      },
      {
        key: 'span',
        title: t('column.span'),
        width: 300,
        render: ({ from, until }) =>
          from === null ? (
            <span className="soft">—</span>
          ) : (
            <>
              <Instant at={from} /> – <Instant at={until} />
            </>
          ),
        value: ({ from }) => from,
      },
      {
        key: 'openedBy',
        title: t('column.openedBy'),
        width: 110,
        render: ({ openedBy }) => (
          <span className="name" dir="auto">
            {openedBy}
          </span>
        ),
        value: ({ openedBy }) => openedBy,
      },
      { key: 'id', title: t('column.id'), width: 150, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
    ],
    [t],
  );
}

function useCandidateColumns(): Column<Affected>[] {
  const { t } = useTranslation('incidents');
  const companies = useCompanies();
  const reasonText = useReasonText();
  return useMemo(() => {
    const companyOf = ({ tenantId }: Affected): string => companies?.get(tenantId)?.name ?? tenantId;
    return [
      {
        key: 'job',
        title: t('column.job'),
        always: true,
        width: 200,
        render: ({ jobId, jobName }) => (
          <Link to="/jobs/$id" params={{ id: jobId }} className="name" dir="auto" title={jobName}>
            {jobName}
          </Link>
        ),
        value: ({ jobName }) => jobName,
      },
      {
        key: 'company',
        title: t('column.company'),
        width: 150,
        render: (row) => (
          <span className="name" dir="auto" title={companyOf(row)}>
            {companyOf(row)}
          </span>
        ),
        value: companyOf,
      },
      {
        key: 'endedAt',
        title: t('column.endedAt'),
        width: 150,
        render: ({ endedAt }) => <Instant at={endedAt} />,
        value: ({ endedAt }) => endedAt,
      },
      {
        key: 'cause',
        title: t('column.cause'),
        width: 130,
        render: ({ reason }) => (reason === null ? <span className="soft">—</span> : reasonText(reason)),
        value: ({ reason }) => (reason === null ? undefined : reasonText(reason)),
      },
      {
        key: 'nodes',
        title: t('column.nodes'),
        width: 140,
        optional: true,
        render: ({ nodes }) => <span className="mono">{nodes.length === 0 ? '—' : nodes.join(', ')}</span>,
        value: ({ nodes }) => nodes.join(', '),
      },
      {
        key: 'since',
        title: t('column.since'),
        width: 150,
        optional: true,
        render: ({ since }) => <Instant at={since} />,
        value: ({ since }) => since,
      },
      {
        key: 'refunded',
        title: t('column.refunded'),
        width: 140,
        align: 'right',
        render: ({ refundedGpuSeconds }) => <GpuHours gpuSeconds={refundedGpuSeconds} bare />,
        value: ({ refundedGpuSeconds }) => refundedGpuSeconds / 3_600,
      },
      {
        key: 'confirmation',
        title: t('column.confirmation'),
        width: 150,
        render: ({ secondPerson }) =>
          secondPerson === null ? (
            <span className="soft">{t('onePerson')}</span>
          ) : (
            <span title={secondPerson}>
              <StateTag tone="warning" icon={<UserSwitchOutlined />}>
                {t('secondPerson')}
              </StateTag>
            </span>
          ),
        value: ({ secondPerson }) => (secondPerson === null ? t('onePerson') : t('secondPerson')),
      },
    ];
  }, [t, companies, reasonText]);
}
