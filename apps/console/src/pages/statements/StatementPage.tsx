import { DownloadOutlined } from '@ant-design/icons';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay, useMe } from '../../api/session.ts';
import { download } from '../../app/downloads.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { useTrace } from '../../components/provenance/trace.ts';
import { Section } from '../../components/Section.tsx';
import { useMonths } from '../months/month-data.ts';
import { MonthState } from '../months/MonthState.tsx';
import { Corrections } from './Corrections.tsx';
import { JobLines } from './JobLines.tsx';
import { Proof } from './Proof.tsx';
import { Sources } from './Sources.tsx';

const FORMATS = [
  { format: 'pdf', extension: 'pdf', label: 'PDF' },
  { format: 'xlsx', extension: 'xlsx', label: 'XLSX' },
  { format: 'csv', extension: 'csv', label: 'CSV' },
  { format: 'json', extension: 'json', label: 'JSON' },
  { format: 'focus', extension: 'focus.csv', label: 'FOCUS' },
] as const;

/** The statement of a company for a month: every figure leads to where it comes from. */
export function StatementPage() {
  const { t } = useTranslation('statements');
  const { month } = useParams({ from: '/shell/statements/$month' });
  const { company: asked } = useSearch({ from: '/shell/statements/$month' });
  const company = useMe().companyId ?? asked;
  if (company === undefined) {
    return (
      <>
        <PageHeader title={t('statementOf', { month })} />
        <Empty
          title={t('noCompany')}
          action={
            <Link to="/months/$month" params={{ month }}>
              {t('toMonth', { month })}
            </Link>
          }
        />
      </>
    );
  }
  return <CompanyStatement key={`${company} ${month}`} company={company} month={month} />;
}

function CompanyStatement({ company, month }: { readonly company: string; readonly month: string }) {
  const { t, i18n } = useTranslation('statements');
  const mayReadMonth = useMay('month.read');
  const state = useMonths().data?.items.find((listed) => listed.month === month)?.state;
  const openTrace = useTrace();
  const trace = (jobId: string) => openTrace({ kind: 'line', companyId: company, month, jobId });
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/statements/{month}', {
    params: { path: { id: company, month } },
  });
  if (data === undefined) {
    return error === null ? <Loading lines={10} /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  }
  const { document, names, corrections } = data;
  const { totals } = document;
  const lang = i18n.language === 'en' ? 'en' : 'zh';
  const file = `/api/v1/companies/${company}/statements/${month}/file`;
  return (
    <>
      <PageHeader
        title={t('titleOf', { company: names.company, month })}
        beside={<MonthState state={data.status === 'closed' ? 'closed' : (state ?? 'running')} />}
        description={
          <>
            {names.creditCode}
            {mayReadMonth && ' · '}
            {mayReadMonth && (
              <Link className="in-text" to="/months/$month" params={{ month }}>
                {t('toMonth', { month })}
              </Link>
            )}
          </>
        }
        actions={FORMATS.map(({ format, extension, label }) => (
          <Button
            key={format}
            {...(format === 'pdf' && { type: 'primary', icon: <DownloadOutlined /> })}
            aria-label={t('download', { format: label })}
            onClick={() => void download(`${file}?format=${format}&lang=${lang}`, `${names.company}-${month}.${extension}`)}
          >
            {label}
          </Button>
        ))}
      />
      <Section title={t('figures')}>
        <Figures>
          <Figure label={t('column.gpuHours')} value={<GpuHours gpuSeconds={totals.gpuSeconds} bare />} />
          <Figure label={t('column.listFen')} value={<Money fen={totals.listFen} />} />
          <Figure label={t('column.subsidyFen')} value={<Money fen={totals.subsidyFen} />} />
          <Figure label={t('column.selfPaidFen')} value={<Money fen={totals.selfPaidFen} />} />
          {totals.absorbedFen !== 0 && <Figure label={t('column.absorbedFen')} value={<Money fen={totals.absorbedFen} />} />}
        </Figures>
      </Section>
      <Sources document={document} names={names} />
      <JobLines document={document} names={names} onTrace={trace} />
      {corrections.length > 0 && <Corrections corrections={corrections} names={names} onTrace={trace} />}
      <Proof statement={data} />
    </>
  );
}
