import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { Button } from 'antd';
import { useCompanies } from '../../api/everything.ts';
import { formatCount } from '../../app/format.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { useTrace } from '../../components/provenance/trace.ts';
import { Section } from '../../components/Section.tsx';

type Sides = NonNullable<components['schemas']['Reconciliation']['jobs']>[number];

const SIDES = ['cluster', 'metered', 'refunded', 'late', 'ledger', 'statement'] as const;

/** The sides of each job to the second; a job leads to its attempts and pod intervals. */
export function JobSides({ jobs }: { readonly jobs: readonly Sides[] }) {
  const { t } = useTranslation('reconciliation');
  const companies = useCompanies();
  const trace = useTrace();
  const columns = useMemo(
    (): Column<Sides>[] => [
      {
        key: 'jobId',
        title: t('job'),
        width: 110,
        always: true,
        render: ({ jobId }) => (
          <Button type="link" size="small" style={{ padding: 0 }} title={jobId} onClick={() => trace({ kind: 'job', jobId })}>
            <span className="mono">…{jobId.slice(-8)}</span>
          </Button>
        ),
        value: ({ jobId }) => jobId,
      },
      {
        key: 'tenantId',
        title: t('company'),
        width: 150,
        render: ({ tenantId }) => companies?.get(tenantId)?.name ?? tenantId,
        value: ({ tenantId }) => companies?.get(tenantId)?.name ?? tenantId,
      },
      ...SIDES.map((side): Column<Sides> => ({
        key: side,
        title: t(`side.${side}`),
        width: 118,
        align: 'right',
        render: (sides) => <span className="tabular">{formatCount(sides[`${side}GpuSeconds`])}</span>,
        value: (sides) => sides[`${side}GpuSeconds`],
      })),
    ],
    [t, companies, trace],
  );
  return (
    <Section title={t('jobs')} flush>
      <DataTable
        name={t('jobs')}
        columns={columns}
        rows={jobs}
        rowKey={({ jobId }) => jobId}
        onOpen={({ jobId }) => trace({ kind: 'job', jobId })}
        empty={<Empty title={t('noJobs')} />}
      />
    </Section>
  );
}
