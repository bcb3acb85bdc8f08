import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { Amount } from '../Amount.tsx';
import { ErrorNotice } from '../ErrorNotice.tsx';
import { GpuHours } from '../GpuHours.tsx';
import { Instant } from '../Instant.tsx';
import { Loading } from '../Loading.tsx';
import { Money } from '../Money.tsx';
import { useEntryKind } from './entry-kind.ts';
import { MonthDigest } from './MonthDigest.tsx';
import { SmallTable } from '../SmallTable.tsx';
import styles from './Provenance.module.css';
import { useSourceName } from './source.ts';
import { useTrace } from './trace.ts';

/** An entry of the ledger: its postings, what it corrects, the attempt it is about, and the digest of its month. */
export function EntryOrigin({ entryId }: { readonly entryId: string }) {
  const { t } = useTranslation(['provenance', 'common']);
  const open = useTrace();
  const nameOf = useSourceName();
  const kindOf = useEntryKind();
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/ledger/entries/{id}', { params: { path: { id: entryId } } });
  if (data === undefined) return error === null ? <Loading lines={6} /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const { jobId, attemptNumber, corrects, correctedBy } = data;
  const others = [
    ...(corrects === undefined ? [] : [{ id: corrects, label: t('corrects') }]),
    ...correctedBy.map((id) => ({ id, label: t('correctedBy') })),
  ];
  return (
    <div className={styles['origin']}>
      <div className={styles['head']}>
        <strong>{kindOf(data.kind)}</strong>
        <span className="mono">{entryId}</span>
      </div>
      <p className="soft">
        {t('effectiveAt')} <Instant at={data.effectiveAt} precision="second" /> · {t('recordedAt')}{' '}
        <Instant at={data.recordedAt} precision="second" />
      </p>
      {data.reason !== undefined && <p dir="auto">{data.reason}</p>}
      <SmallTable label={t('postings')}>
        <thead>
          <tr>
            <th scope="col">{t('account')}</th>
            <th scope="col">{t('amount')}</th>
            <th scope="col">{t('common:shares.gpuHours')}</th>
            <th scope="col">{t('listCost')}</th>
          </tr>
        </thead>
        <tbody>
          {data.postings.map(({ account, name, unit, amount, gpuSeconds, listFen }) => (
            <tr key={account}>
              <th scope="row" title={account}>
                <span className="name" dir="auto">
                  {nameOf(name)}
                </span>
              </th>
              <td>
                <Amount unit={unit} amount={amount} />
              </td>
              <td>{gpuSeconds === 0 ? '—' : <GpuHours gpuSeconds={gpuSeconds} bare />}</td>
              <td>{listFen === 0 ? '—' : <Money fen={listFen} />}</td>
            </tr>
          ))}
        </tbody>
      </SmallTable>
      {others.map(({ id, label }) => (
        <p key={id}>
          {label}{' '}
          <Button type="link" size="small" onClick={() => open({ kind: 'entry', entryId: id })}>
            {id}
          </Button>
        </p>
      ))}
      <MonthDigest statement={data.statement} />
      {jobId !== undefined && (
        <div className={styles['head']}>
          {attemptNumber !== undefined && (
            <Button onClick={() => open({ kind: 'attempt', jobId, attempt: attemptNumber })}>{t('toIntervals')}</Button>
          )}
          <Button onClick={() => open({ kind: 'job', jobId })}>{t('toAttempts')}</Button>
        </div>
      )}
    </div>
  );
}
