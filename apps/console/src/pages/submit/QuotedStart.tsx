import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { Instant } from '../../components/Instant.tsx';
import { WaitingReasons } from '../../components/WaitingReasons.tsx';
import styles from './QuotePanel.module.css';

/** Whether the job would start at once, otherwise its place in the queue, its expected start and everything that would keep it. */
export function QuotedStart({ start }: { readonly start: components['schemas']['QuotedStart'] }) {
  const { t } = useTranslation('submit');
  const { startsNow, place, expectedStart, reasons, asOf } = start;
  return (
    <>
      <Alert
        type={startsNow ? 'success' : 'info'}
        showIcon
        className={styles['start'] ?? ''}
        role="status"
        title={startsNow ? t('quote.startsNow') : t('quote.waits', { place: place ?? 1 })}
        description={
          startsNow ? undefined : (
            <>
              <div>
                {expectedStart === null ? (
                  t('quote.noEstimate')
                ) : (
                  <>
                    {t('quote.expectedStart')} <Instant at={expectedStart} />
                    {t('quote.assumption')}
                  </>
                )}
              </div>
              {reasons.length > 0 && <WaitingReasons reasons={reasons} />}
            </>
          )
        }
      />
      <p className={`soft ${styles['note']}`}>
        {t('quote.asOf')} <Instant at={asOf} precision="second" />
      </p>
    </>
  );
}
