import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { Amount } from '../Amount.tsx';
import { Empty } from '../Empty.tsx';
import { ErrorNotice } from '../ErrorNotice.tsx';
import { GpuHours } from '../GpuHours.tsx';
import { Instant } from '../Instant.tsx';
import { LoadMore } from '../LoadMore.tsx';
import { Loading } from '../Loading.tsx';
import { Money } from '../Money.tsx';
import { EntryList } from './EntryList.tsx';
import { SmallTable } from '../SmallTable.tsx';
import styles from './Provenance.module.css';
import { useSourceName } from './source.ts';
import { useTrace } from './trace.ts';

/** A job's attempts: the price of each, what it was charged, and who paid. */
export function JobOrigin({ jobId }: { readonly jobId: string }) {
  const { t } = useTranslation(['provenance', 'common']);
  const open = useTrace();
  const nameOf = useSourceName();
  const query = $api.useInfiniteQuery('get', '/api/v1/jobs/{id}/provenance', { params: { path: { id: jobId }, query: {} } }, PAGES);
  const { rows: attempts, error, onRetry, more } = useListed(query);
  if (attempts === undefined) return error === null ? <Loading lines={6} /> : <ErrorNotice error={error} onRetry={onRetry} />;
  return (
    <div className={styles['origin']}>
      <p>
        <Link to="/jobs/$id" params={{ id: jobId }} dir="auto">
          {query.data?.pages[0]?.jobName}
        </Link>
      </p>
      {attempts.length === 0 && <Empty title={t('noAttempt')} hint={t('noAttemptHint')} />}
      {attempts.map(({ attempt, admittedAt, fenPerGpuHour, gpuSeconds, refundedGpuSeconds, shares }) => (
        <section key={attempt} className={styles['step']} aria-label={t('attempt', { attempt })}>
          <div className={styles['head']}>
            <strong>{t('attempt', { attempt })}</strong>
            <span className="soft">
              <Instant at={admittedAt} precision="second" />
            </span>
            <Button size="small" onClick={() => open({ kind: 'attempt', jobId, attempt })}>
              {t('toIntervals')}
            </Button>
          </div>
          <p className="tabular">
            <GpuHours gpuSeconds={gpuSeconds} /> × <Money fen={fenPerGpuHour} />
            {refundedGpuSeconds > 0 && (
              <span className="soft">
                {' '}
                {t('refunded')} <GpuHours gpuSeconds={refundedGpuSeconds} />
              </span>
            )}
          </p>
          <SmallTable label={t('whoPaid')}>
            <thead>
              <tr>
                <th scope="col">{t('common:shares.source')}</th>
                <th scope="col">{t('common:shares.gpuHours')}</th>
                <th scope="col">{t('paid')}</th>
                <th scope="col">{t('held')}</th>
              </tr>
            </thead>
            <tbody>
              {shares.map(({ source, name, unit, gpuSeconds: seconds, paid, held }) => (
                <tr key={source}>
                  <th scope="row">
                    <span className="name" dir="auto">
                      {nameOf(name)}
                    </span>
                  </th>
                  <td>
                    <GpuHours gpuSeconds={seconds} bare />
                  </td>
                  <td>
                    <Amount unit={unit} amount={paid} />
                  </td>
                  <td>
                    <Amount unit={unit} amount={held} />
                  </td>
                </tr>
              ))}
            </tbody>
          </SmallTable>
        </section>
      ))}
      <LoadMore more={more} />
      <EntryList jobId={jobId} />
    </div>
  );
}
