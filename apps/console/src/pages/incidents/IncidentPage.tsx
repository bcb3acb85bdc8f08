import { CheckCircleOutlined, RollbackOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { byCompany, type Incident, type Refund } from './affected.ts';
import { CompanyRefunds } from './CompanyRefunds.tsx';
import { ReversalModal } from './ReversalModal.tsx';

/** One incident: why, which attempts, and what was credited back to whom. */
export function IncidentPage() {
  const { id } = useParams({ from: '/shell/incidents/$id' });
  const { data: incident, error, refetch } = $api.useQuery('get', '/api/v1/incidents/{id}', { params: { path: { id } } });
  if (incident === undefined) return error === null ? <Loading /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return <Content incident={incident} />;
}

function Content({ incident }: { readonly incident: Incident }) {
  const { t } = useTranslation('incidents');
  const mayManage = useMay('incident.manage');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [reversing, setReversing] = useState(false);
  const valid = incident.refunds.filter(({ reversedAt }) => reversedAt === null);
  const { reason, node, from, until, openedBy, openedAt } = incident;
  return (
    <>
      <PageHeader
        title={t('one', { reason })}
        beside={<ShortId id={incident.id} />}
        actions={
          mayManage &&
          valid.length > 0 && (
            <Button danger icon={<RollbackOutlined />} onClick={() => setReversing(true)}>
              {chosen.length === 0 ? t('reversal.open') : t('reversal.openFor', { count: chosen.length })}
            </Button>
          )
        }
      />
      <PendingDecision subject={incident.id} />
      <Section title={t('facts')}>
        <Facts
          facts={[
            { label: t('column.openedAt'), value: <Instant at={openedAt} /> },
            { label: t('column.openedBy'), value: openedBy },
            { label: t('column.node'), value: node === null ? '—' : <span className="mono">{node}</span> },
            {
              label: t('column.span'),
              value:
                from === null ? (
                  t('byAttempts')
                ) : (
                  <>
                    <Instant at={from} /> – <Instant at={until} />
                  </>
                ),
            },
            { label: t('refundedInAll'), value: <GpuHours gpuSeconds={incident.refundedGpuSeconds} /> },
            { label: t('column.reason'), value: reason, wide: true },
          ]}
        />
      </Section>
      {valid.length > 0 && (
        <Section title={t('byCompany')} flush>
          <CompanyRefunds refunds={byCompany(valid)} />
        </Section>
      )}
      <Section title={t('refunds')} flush>
        <DataTable
          name={t('refunds')}
          columns={useColumns()}
          rows={incident.refunds}
          rowKey={({ attempt }) => attempt}
          empty={<Empty title={t('refundsEmpty')} hint={t('refundsHint')} />}
          selection={mayManage && valid.length > 0 ? { keys: chosen, onChange: setChosen } : undefined}
        />
      </Section>
      {reversing && (
        <ReversalModal
          incident={incident}
          refunds={chosen.length === 0 ? valid : valid.filter(({ attempt }) => chosen.includes(attempt))}
          onClose={() => setReversing(false)}
        />
      )}
    </>
  );
}

/** Says that a part of the refunds, or their reversal, waits for another operator. */
function PendingDecision({ subject }: { readonly subject: string }) {
  const { t } = useTranslation('incidents');
  const may = useMay('decision.read');
  const query = { state: 'pending' as const, limit: 200 };
  const { data } = $api.useQuery('get', '/api/v1/decisions', { params: { query } }, { enabled: may });
  return data?.items
    .filter((decision) => decision.subject === subject)
    .map(({ id, kind, proposedBy, summary }) => (
      <Alert
        key={id}
        type="warning"
        showIcon
        style={{ marginBottom: 16 }}
        title={
          kind === 'refund-reversal' ? t('pending.reversal', { name: proposedBy.name }) : t('pending.refund', { name: proposedBy.name })
        }
        description={
          <span className="soft" lang="en">
            {summary}
          </span>
        }
        action={<Link to="/decisions">{t('pending.open')}</Link>}
      />
    ));
}

function useColumns(): Column<Refund>[] {
  const { t } = useTranslation('incidents');
  const companies = useCompanies();
  return useMemo(() => {
    const companyOf = ({ tenantId }: Refund): string => companies?.get(tenantId)?.name ?? tenantId;
    return [
      {
        key: 'attempt',
        title: t('column.attempt'),
        always: true,
        width: 290,
        render: ({ attempt, jobId }) => (
          <Link to="/jobs/$id" params={{ id: jobId }} className="mono">
            {attempt}
          </Link>
        ),
        value: ({ attempt }) => attempt,
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
        key: 'since',
        title: t('column.since'),
        width: 150,
        render: ({ since }) => <Instant at={since} />,
        value: ({ since }) => since,
      },
      {
        key: 'basis',
        title: t('column.basis'),
        width: 130,
        render: ({ fromCheckpoint }) => (fromCheckpoint ? t('fromCheckpoint') : t('fromStart')),
        value: ({ fromCheckpoint }) => (fromCheckpoint ? t('fromCheckpoint') : t('fromStart')),
      },
      {
        key: 'refunded',
        title: t('column.refunded'),
        width: 130,
        align: 'right',
        render: ({ refundedGpuSeconds }) => <GpuHours gpuSeconds={refundedGpuSeconds} bare />,
        value: ({ refundedGpuSeconds }) => refundedGpuSeconds / 3_600,
      },
      {
        key: 'state',
        title: t('column.state'),
        width: 130,
        render: ({ reversedAt }) =>
          reversedAt === null ? (
            <StateTag tone="success" icon={<CheckCircleOutlined />}>
              {t('refunded')}
            </StateTag>
          ) : (
            <StateTag tone="neutral" icon={<RollbackOutlined />}>
              {t('reversed')}
            </StateTag>
          ),
        value: ({ reversedAt }) => (reversedAt === null ? t('refunded') : t('reversed')),
      },
      {
        key: 'reversedAt',
        title: t('column.reversedAt'),
        width: 150,
        optional: true,
        render: ({ reversedAt }) => <Instant at={reversedAt} />,
        value: ({ reversedAt }) => reversedAt,
      },
    ];
  }, [t, companies]);
}
