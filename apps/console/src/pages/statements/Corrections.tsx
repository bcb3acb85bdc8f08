import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../components/Amount.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Money } from '../../components/Money.tsx';
import { useEntryKind } from '../../components/provenance/entry-kind.ts';
import { Section } from '../../components/Section.tsx';
import { grantName, type Statement } from './statement-data.ts';

type Correction = Statement['corrections'][number];

interface CorrectionsProps {
  readonly corrections: readonly Correction[];
  readonly names: Statement['names'];
  readonly onTrace: (job: string) => void;
}

/** Refunds, corrections and late usage, each with the month that it belongs to. The lines of the jobs count them in. */
export function Corrections({ corrections, names, onTrace }: CorrectionsProps) {
  const { t } = useTranslation('statements');
  const kindText = useEntryKind();
  const columns = useMemo(
    (): Column<Correction>[] => [
      {
        key: 'belongsTo',
        title: t('correction.month'),
        width: 110,
        render: ({ belongsTo }) => <span className="tabular">{belongsTo}</span>,
        value: ({ belongsTo }) => belongsTo,
      },
      {
        key: 'kind',
        title: t('correction.kind'),
        width: 130,
        render: ({ kind }) => kindText(kind),
        value: ({ kind }) => kindText(kind),
      },
      {
        key: 'job',
        title: t('line.job'),
        width: 200,
        render: ({ jobId }) => names.jobs[jobId] ?? jobId,
        value: ({ jobId }) => names.jobs[jobId] ?? jobId,
      },
      {
        key: 'source',
        title: t('account.name'),
        width: 220,
        render: ({ source }) => grantName(names, source) ?? t(source === 'wallet' ? 'source.wallet' : 'source.absorbed'),
        value: ({ source }) => grantName(names, source) ?? source,
      },
      {
        key: 'gpuSeconds',
        title: t('column.gpuHours'),
        width: 110,
        align: 'right',
        render: ({ gpuSeconds }) => <GpuHours gpuSeconds={gpuSeconds} bare />,
        value: ({ gpuSeconds }) => gpuSeconds,
      },
      {
        key: 'listFen',
        title: t('column.listFen'),
        width: 120,
        align: 'right',
        render: ({ listFen }) => <Money fen={listFen} />,
        value: ({ listFen }) => listFen,
      },
      {
        key: 'amount',
        title: t('correction.paid'),
        width: 140,
        align: 'right',
        render: ({ unit, amount, jobId }) => <Amount unit={unit} amount={amount} onTrace={() => onTrace(jobId)} />,
        value: ({ amount }) => amount,
      },
    ],
    [t, kindText, names, onTrace],
  );
  return (
    <Section title={t('corrections')} flush>
      <DataTable
        name={t('corrections')}
        columns={columns}
        rows={corrections}
        rowKey={({ jobId, kind, source, belongsTo }) => `${jobId} ${kind} ${source} ${belongsTo}`}
        empty={<Empty title={t('noCorrections')} />}
      />
    </Section>
  );
}
