import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { Empty } from '../Empty.tsx';
import { ErrorNotice } from '../ErrorNotice.tsx';
import { GpuHours } from '../GpuHours.tsx';
import { Instant } from '../Instant.tsx';
import { LoadMore } from '../LoadMore.tsx';
import { Loading } from '../Loading.tsx';
import { ShortId } from '../ShortId.tsx';
import { SmallTable } from '../SmallTable.tsx';
import styles from './Provenance.module.css';
import { useTrace } from './trace.ts';

/** When each pod of an attempt ran: the seconds that were charged. */
export function AttemptOrigin({ jobId, attempt }: { readonly jobId: string; readonly attempt: number }) {
  const { t } = useTranslation(['provenance', 'common']);
  const open = useTrace();
  const params = { path: { id: jobId }, query: { attempt, limit: 200 } };
  const query = $api.useInfiniteQuery('get', '/api/v1/jobs/{id}/provenance/intervals', { params }, PAGES);
  const { rows: intervals, error, onRetry, more } = useListed(query);
  if (intervals === undefined) return error === null ? <Loading lines={6} /> : <ErrorNotice error={error} onRetry={onRetry} />;
  const sum = intervals.reduce((total, { gpuSeconds }) => total + gpuSeconds, 0);
  return (
    <div className={styles['origin']}>
      <div className={styles['head']}>
        <strong>{t('attempt', { attempt })}</strong>
        <Button size="small" onClick={() => open({ kind: 'job', jobId })}>
          {t('toAttempts')}
        </Button>
      </div>
      {intervals.length === 0 ? (
        <Empty title={t('noInterval')} hint={t('noIntervalHint')} />
      ) : (
        <SmallTable label={t('kind.attempt')}>
          <thead>
            <tr>
              <th scope="col">{t('pod')}</th>
              <th scope="col">{t('node')}</th>
              <th scope="col">{t('from')}</th>
              <th scope="col">{t('until')}</th>
              <th scope="col">GPU</th>
              <th scope="col">{t('common:shares.gpuHours')}</th>
            </tr>
          </thead>
          <tbody>
            {intervals.map(({ podUid, node, gpus, startedAt, endedAt, gpuSeconds, endSource }) => (
              <tr key={podUid}>
                <th scope="row">
                  <ShortId id={podUid} />
                </th>
                <td className="mono">{node ?? '—'}</td>
                <td>
                  <Instant at={startedAt} precision="second" />
                </td>
                <td>
                  {endedAt === null ? t('running') : <Instant at={endedAt} precision="second" />}
                  {endSource === 'last-seen' && <div className="soft">{t('lost')}</div>}
                </td>
                <td>{gpus}</td>
                <td>
                  <GpuHours gpuSeconds={gpuSeconds} bare />
                </td>
              </tr>
            ))}
          </tbody>
          {more === undefined && (
            <tfoot>
              <tr>
                <th scope="row" colSpan={5}>
                  {t('sum')}
                </th>
                <td>
                  <GpuHours gpuSeconds={sum} bare />
                </td>
              </tr>
            </tfoot>
          )}
        </SmallTable>
      )}
      <LoadMore more={more} />
    </div>
  );
}
