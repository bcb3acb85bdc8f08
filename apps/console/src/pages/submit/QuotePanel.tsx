import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Money } from '../../components/Money.tsx';
import { type SourceShare, SourceShares } from '../../components/SourceShares.tsx';
import { QuotedStart } from './QuotedStart.tsx';
import styles from './QuotePanel.module.css';
import type { LiveQuote, Quote } from './use-quote.ts';

const SECONDS_PER_HOUR = 3_600;

/** What the job costs if it runs as long as it may, who pays, and when it would start. */
export function QuotePanel({ quote, problem, outdated, error }: LiveQuote) {
  const { t } = useTranslation('submit');
  const shares = useShares(quote);
  if (quote === undefined) {
    if (error !== null && error !== undefined) return <ErrorNotice error={error} />;
    return <p className="soft">{problem === undefined ? t('quote.incomplete') : t('quote.refused')}</p>;
  }
  return (
    <div className={outdated ? styles['outdated'] : undefined} aria-busy={outdated}>
      <Figures>
        <Figure
          label={t('quote.listCost')}
          value={<Money fen={quote.listFen} />}
          hint={
            <>
              <GpuHours gpuSeconds={quote.quotedGpuSeconds} /> × <Money fen={quote.fenPerGpuHour} />
            </>
          }
        />
        <Figure label={t('quote.subsidy')} value={<Money fen={quote.subsidyFen} />} />
        <Figure label={t('quote.selfPaid')} value={<Money fen={quote.selfPaidFen} />} />
      </Figures>
      {shares.length > 0 && (
        <div className={styles['shares']}>
          <SourceShares shares={shares} label={t('quote.shares')} />
        </div>
      )}
      {quote.uncoveredGpuSeconds > 0 && (
        <Alert
          type="warning"
          showIcon
          className={styles['uncovered'] ?? ''}
          title={
            <>
              {t('quote.uncovered')} <GpuHours gpuSeconds={quote.uncoveredGpuSeconds} />
            </>
          }
          description={t('quote.uncoveredHint')}
        />
      )}
      <p className={`soft ${styles['note']}`}>{t('quote.note')}</p>
      {quote.start !== null && <QuotedStart start={quote.start} />}
    </div>
  );
}

function useShares(quote: Quote | undefined): SourceShare[] {
  const { t } = useTranslation('submit');
  const grants = $api.useQuery('get', '/api/v1/grants', { params: { query: { limit: 200 } } }, { staleTime: 60_000 });
  if (quote === undefined) return [];
  const programmes = new Map(grants.data?.items.map(({ id, programmeId }) => [id, programmeId]));
  return quote.shares.map(({ source, name, unit, coveredGpuSeconds, amount, left }) => {
    const programmeId = programmes.get(source);
    const own = source === 'wallet';
    return {
      key: source,
      name: own ? t('quote.wallet') : name,
      payer: own || programmeId === undefined ? 'self-paid' : { programmeId },
      listFen: unit === 'CNY' ? amount : Math.round((coveredGpuSeconds * quote.fenPerGpuHour) / SECONDS_PER_HOUR),
      paid: { unit, amount },
      left,
    };
  });
}
