import { UserSwitchOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/Empty.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { formatCount } from '../../app/format.ts';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { useReasonText } from '../../components/reason.ts';
import { StateTag } from '../../components/StateTag.tsx';
import { type Affected, byCompany } from './affected.ts';
import { CompanyRefunds } from './CompanyRefunds.tsx';
import styles from './incidents.module.css';

/** Attempts that are listed one by one; the sums count all. */
const LISTED = 20;

/** What an incident would credit back, before it is recorded. */
export function Preview({ attempts }: { readonly attempts: readonly Affected[] }) {
  const { t } = useTranslation('incidents');
  if (attempts.length === 0) return <Empty title={t('preview.none')} hint={t('preview.noneHint')} />;
  const companies = byCompany(attempts);
  const awaiting = attempts.filter(({ secondPerson }) => secondPerson !== null).length;
  return (
    <div className={styles['preview']} role="region" aria-label={t('preview.title')}>
      <Figures>
        <Figure
          label={t('column.refunded')}
          value={<GpuHours gpuSeconds={attempts.reduce((sum, { refundedGpuSeconds }) => sum + refundedGpuSeconds, 0)} />}
        />
        <Figure label={t('column.attempts')} value={formatCount(attempts.length)} />
        <Figure label={t('preview.companies')} value={formatCount(companies.length)} />
      </Figures>
      {awaiting > 0 && <Alert type="warning" showIcon title={t('preview.awaiting', { count: awaiting })} />}
      <CompanyRefunds refunds={companies} />
      <div>
        <h3>{t('column.attempts')}</h3>
        <ul className={styles['attempts']}>
          {attempts.slice(0, LISTED).map((attempt) => (
            <AffectedAttempt key={attempt.attempt} attempt={attempt} />
          ))}
        </ul>
        {attempts.length > LISTED && <p className="soft">{t('preview.more', { count: attempts.length - LISTED })}</p>}
      </div>
    </div>
  );
}

function AffectedAttempt({ attempt }: { readonly attempt: Affected }) {
  const { t } = useTranslation('incidents');
  const reasonText = useReasonText();
  const { jobName, since, fromCheckpoint, endedAt, reason, secondPerson, refundedGpuSeconds } = attempt;
  return (
    <li>
      <span className="name" dir="auto" title={attempt.attempt}>
        {jobName}
      </span>
      <GpuHours gpuSeconds={refundedGpuSeconds} />
      <span className={`soft ${styles['side']}`}>
        <span>
          <Instant at={since} /> – <Instant at={endedAt} />
        </span>
        <span>{fromCheckpoint ? t('fromCheckpoint') : t('fromStart')}</span>
        {reason !== null && <span>{reasonText(reason)}</span>}
      </span>
      {secondPerson !== null && (
        <span title={secondPerson}>
          <StateTag tone="warning" icon={<UserSwitchOutlined />}>
            {t('secondPerson')}
          </StateTag>
        </span>
      )}
    </li>
  );
}
