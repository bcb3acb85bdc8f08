import { Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { Instant } from '../Instant.tsx';
import styles from './Provenance.module.css';

/** The statement of the month in which something counts: open, or closed with its digest. */
export function MonthDigest({ statement }: { readonly statement: components['schemas']['LedgerEntry']['statement'] }) {
  const { t } = useTranslation(['provenance', 'common']);
  const { month, closedAt, digest } = statement;
  return (
    <div className={styles['digest']}>
      <span>
        {t('month', { month })} ·{' '}
        {closedAt === undefined ? (
          t('monthOpen')
        ) : (
          <>
            {t('monthClosed')} <Instant at={closedAt} />
          </>
        )}
      </span>
      {digest !== undefined && (
        <Typography.Text code copyable={{ text: digest, tooltips: [t('common:copy'), t('common:copied')] }} title={digest}>
          SHA-256 {digest.slice(0, 16)}…
        </Typography.Text>
      )}
    </div>
  );
}
