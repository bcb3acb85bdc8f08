import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../ErrorNotice.tsx';
import { Instant } from '../Instant.tsx';
import { LoadMore } from '../LoadMore.tsx';
import { Loading } from '../Loading.tsx';
import { useEntryKind } from './entry-kind.ts';
import styles from './Provenance.module.css';
import { useTrace } from './trace.ts';

/** The entries of the ledger that charged a job, the latest first; of one month where it is given. */
export function EntryList({ jobId, month }: { readonly jobId: string; readonly month?: string }) {
  const { t } = useTranslation('provenance');
  const may = useMay('grant.read');
  return may ? (
    <section className={styles['step']} aria-label={t('entries')}>
      <strong>{t('entries')}</strong>
      <Entries jobId={jobId} {...(month !== undefined && { month })} />
    </section>
  ) : null;
}

function Entries({ jobId, month }: { readonly jobId: string; readonly month?: string }) {
  const { t } = useTranslation('provenance');
  const open = useTrace();
  const kindOf = useEntryKind();
  const params = { path: { id: jobId }, query: { limit: 20, ...(month !== undefined && { month }) } };
  const query = $api.useInfiniteQuery('get', '/api/v1/jobs/{id}/entries', { params }, PAGES);
  const { rows: entries, error, onRetry, more } = useListed(query);
  if (entries === undefined) return error === null ? <Loading /> : <ErrorNotice error={error} onRetry={onRetry} />;
  if (entries.length === 0) return <p className="soft">{t('noEntry')}</p>;
  return (
    <>
      <ul className={styles['entries']}>
        {entries.map(({ id, kind, effectiveAt }) => (
          <li key={id}>
            <Instant at={effectiveAt} precision="second" />
            <span>{kindOf(kind)}</span>
            <Button type="link" size="small" onClick={() => open({ kind: 'entry', entryId: id })}>
              {id}
            </Button>
          </li>
        ))}
      </ul>
      <LoadMore more={more} />
    </>
  );
}
