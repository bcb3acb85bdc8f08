import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../components/Amount.tsx';
import { ApplicationStatus } from '../../components/Statuses.tsx';
import type { Application } from './application-data.ts';

interface ChangesProps {
  /** The version that the decision was based on. */
  readonly before: Application;
  /** The version that is there now. */
  readonly after: Application;
  readonly unit: 'CNY' | 'GPU_SECONDS';
}

/** What somebody else changed while the person decided. */
export function Changes({ before, after, unit }: ChangesProps) {
  const { t } = useTranslation('review');
  const texts = (['purpose', 'plan', 'contactName', 'contactPhone', 'validFrom', 'validUntil'] as const).filter(
    (key) => before[key] !== after[key],
  );
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t('conflict.title')}
      description={
        <ul>
          {before.status !== after.status && (
            <li>
              <ApplicationStatus status={before.status} /> → <ApplicationStatus status={after.status} />
            </li>
          )}
          {before.amount !== after.amount && (
            <li>
              {t('request.amount')} <Amount unit={unit} amount={before.amount} /> → <Amount unit={unit} amount={after.amount} />
            </li>
          )}
          {before.round !== after.round && <li>{t('conflict.round', { round: after.round })}</li>}
          {texts.map((key) => (
            <li key={key}>{t(`conflict.${key}`)}</li>
          ))}
          <li>{t('kept')}</li>
        </ul>
      }
    />
  );
}
