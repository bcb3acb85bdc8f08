import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../components/Amount.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Money } from '../../components/Money.tsx';
import { Section } from '../../components/Section.tsx';
import { grantName, type JobLine, paidBy, paidInAll, sourcesOf, type Statement, type StatementDocument } from './statement-data.ts';

interface JobLinesProps {
  readonly document: StatementDocument;
  readonly names: Statement['names'];
  readonly onTrace: (job: string) => void;
}

/** A line a job: what it used, its list cost, and what each source paid. */
export function JobLines({ document, names, onTrace }: JobLinesProps) {
  const { t } = useTranslation('statements');
  // What the wallet paid is a column of all statements.
  const sources = useMemo(() => sourcesOf(document).filter(({ source }) => source !== 'wallet'), [document]);
  const columns = useMemo((): Column<JobLine>[] => {
    const sourceName = (source: string) => grantName(names, source) ?? t('source.absorbed');
    const money = (key: 'listFen' | 'selfPaidFen'): Column<JobLine> => ({
      key,
      title: t(`column.${key}`),
      width: 120,
      align: 'right',
      render: ({ jobId, totals }) => <Money fen={totals[key]} onTrace={() => onTrace(jobId)} />,
      value: ({ totals }) => totals[key],
    });
    return [
      {
        key: 'job',
        title: t('line.job'),
        width: 200,
        always: true,
        render: ({ jobId }) => (
          <Link to="/jobs/$id" params={{ id: jobId }} className="name" dir="auto" title={names.jobs[jobId] ?? jobId}>
            {names.jobs[jobId] ?? jobId}
          </Link>
        ),
        value: ({ jobId }) => names.jobs[jobId] ?? jobId,
      },
      {
        key: 'gpuClass',
        title: t('line.gpuClass'),
        width: 90,
        render: ({ gpuClass }) => gpuClass,
        value: ({ gpuClass }) => gpuClass,
      },
      {
        key: 'gpuSeconds',
        title: t('column.gpuHours'),
        width: 110,
        align: 'right',
        render: ({ jobId, totals }) => <GpuHours gpuSeconds={totals.gpuSeconds} bare onTrace={() => onTrace(jobId)} />,
        value: ({ totals }) => totals.gpuSeconds,
      },
      money('listFen'),
      ...sources.map(({ source, unit }): Column<JobLine> => ({
        key: source,
        title: sourceName(source),
        width: 180,
        align: 'right',
        render: (line) => {
          const paid = paidBy(line, source);
          return <Amount unit={unit} amount={paid} onTrace={paid === undefined ? undefined : () => onTrace(line.jobId)} />;
        },
        value: (line) => paidBy(line, source),
      })),
      money('selfPaidFen'),
    ];
  }, [t, sources, names, onTrace]);
  return (
    <Section title={t('lines')} flush>
      <DataTable
        name={`${names.company} ${document.month}`}
        columns={columns}
        rows={document.jobs}
        rowKey={({ jobId, gpuClass }) => `${jobId} ${gpuClass}`}
        onOpen={({ jobId }) => onTrace(jobId)}
        empty={<Empty title={t('noLines.title')} hint={t('noLines.hint')} />}
        summary={{
          job: t('total'),
          gpuSeconds: <GpuHours gpuSeconds={document.totals.gpuSeconds} bare />,
          listFen: <Money fen={document.totals.listFen} />,
          ...Object.fromEntries(
            sources.map(({ source, unit }) => [source, <Amount key={source} unit={unit} amount={paidInAll(document, source)} />]),
          ),
          selfPaidFen: <Money fen={document.totals.selfPaidFen} />,
        }}
      />
    </Section>
  );
}
