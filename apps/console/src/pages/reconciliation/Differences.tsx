import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { useCompanies } from '../../api/everything.ts';
import { formatCount } from '../../app/format.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Money } from '../../components/Money.tsx';
import { useTrace } from '../../components/provenance/trace.ts';
import { Section } from '../../components/Section.tsx';
import { StateTag } from '../../components/StateTag.tsx';

type Reconciliation = components['schemas']['Reconciliation'];
type Difference = components['schemas']['ReconciliationDifference'];

/** The places where two sides differ, each with its reason: a known one is no fault. */
export function Differences({ reconciliation: { differences } }: { readonly reconciliation: Reconciliation }) {
  const { t } = useTranslation('reconciliation');
  const companies = useCompanies();
  const trace = useTrace();
  const columns = useMemo((): Column<Difference>[] => {
    const seconds = (key: 'expected' | 'found'): Column<Difference> => ({
      key,
      title: t(`difference.${key}`),
      width: 140,
      align: 'right',
      render: ({ unit, ...sides }) =>
        unit === 'CNY' ? <Money fen={sides[key]} /> : <span className="tabular">{t('seconds', { seconds: formatCount(sides[key]) })}</span>,
      value: (difference) => difference[key],
    });
    return [
      {
        key: 'known',
        title: t('difference.state'),
        width: 110,
        render: ({ known }) =>
          known ? (
            <StateTag tone="success" icon={<CheckCircleOutlined />}>
              {t('difference.known')}
            </StateTag>
          ) : (
            <StateTag tone="danger" icon={<WarningOutlined />}>
              {t('difference.open')}
            </StateTag>
          ),
        value: ({ known }) => (known ? 1 : 0),
      },
      {
        key: 'code',
        title: t('difference.code'),
        width: 320,
        render: ({ code, reason }) => <span title={reason}>{t(`code.${code}`)}</span>,
        value: ({ code }) => t(`code.${code}`),
      },
      {
        key: 'company',
        title: t('company'),
        width: 150,
        render: ({ tenantId }) => (tenantId === undefined ? '—' : (companies?.get(tenantId)?.name ?? tenantId)),
        value: ({ tenantId }) => (tenantId === undefined ? undefined : companies?.get(tenantId)?.name),
      },
      {
        key: 'job',
        title: t('difference.where'),
        width: 200,
        render: ({ jobId, month, tenantId }) =>
          jobId !== undefined ? (
            <Button type="link" size="small" style={{ padding: 0 }} onClick={() => trace({ kind: 'job', jobId })}>
              <span className="mono">…{jobId.slice(-8)}</span>
            </Button>
          ) : month !== undefined && tenantId !== undefined ? (
            <Link to="/statements/$month" params={{ month }} search={{ company: tenantId }}>
              {t('difference.statement', { month })}
            </Link>
          ) : (
            '—'
          ),
        value: ({ jobId, month }) => jobId ?? month,
      },
      seconds('expected'),
      seconds('found'),
      {
        key: 'reason',
        title: t('difference.reason'),
        width: 400,
        optional: true,
        render: ({ reason }) => reason,
        value: ({ reason }) => reason,
      },
    ];
  }, [t, companies, trace]);
  return (
    <Section title={t('differences')} flush>
      <DataTable
        name={t('differences')}
        columns={columns}
        rows={differences}
        rowKey={({ code, tenantId = '', jobId = '', podUid = '', account = '', month = '' }) =>
          [code, tenantId, jobId, podUid, account, month].join(' ')
        }
        empty={<Empty title={t('none.title')} hint={t('none.hint')} />}
      />
    </Section>
  );
}
