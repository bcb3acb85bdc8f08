import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { ErrorNotice } from '../ErrorNotice.tsx';
import { Figure, Figures } from '../Figure.tsx';
import { GpuHours } from '../GpuHours.tsx';
import { Loading } from '../Loading.tsx';
import { Money } from '../Money.tsx';
import { SourceShares } from '../SourceShares.tsx';
import { EntryList } from './EntryList.tsx';
import { MonthDigest } from './MonthDigest.tsx';
import styles from './Provenance.module.css';
import { useSourceShares } from './source.ts';
import { useTrace } from './trace.ts';

interface LineOriginProps {
  readonly companyId: string;
  readonly month: string;
  readonly jobId: string;
}

/** A job's line on the statement of a month: what it sums, and the entries that it sums. */
export function LineOrigin({ companyId, month, jobId }: LineOriginProps) {
  const { t } = useTranslation('provenance');
  const open = useTrace();
  const sharesOf = useSourceShares();
  const path = { id: companyId, month, job: jobId };
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/statements/{month}/jobs/{job}', { params: { path } });
  if (data === undefined) return error === null ? <Loading lines={6} /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const { totals } = data;
  return (
    <div className={styles['origin']}>
      <p dir="auto">
        <strong>{data.jobName}</strong> <span className="soft">{data.gpuClass}</span>
      </p>
      <Figures>
        <Figure label={t('listCost')} value={<Money fen={totals.listFen} />} hint={<GpuHours gpuSeconds={totals.gpuSeconds} />} />
        <Figure label={t('subsidy')} value={<Money fen={totals.subsidyFen} />} />
        <Figure label={t('selfPaid')} value={<Money fen={totals.selfPaidFen} />} />
        {totals.absorbedFen !== 0 && <Figure label={t('writtenOff')} value={<Money fen={totals.absorbedFen} />} />}
      </Figures>
      <SourceShares label={t('whoPaid')} shares={sharesOf(data.shares.map(({ amount, ...share }) => ({ ...share, paid: amount })))} />
      <MonthDigest statement={data.statement} />
      <div>
        <Button onClick={() => open({ kind: 'job', jobId })}>{t('toAttempts')}</Button>
      </div>
      <EntryList jobId={jobId} month={month} />
    </div>
  );
}
