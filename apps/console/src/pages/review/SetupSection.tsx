import { CheckCircleFilled, RightCircleOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { Section } from '../../components/Section.tsx';
import styles from './SetupSection.module.css';

const EVERY_MS = 15_000;

/** Where each step is done. */
const PLACES = {
  'gpu-class': '/prices',
  programme: '/programmes',
  company: '/companies',
  invitation: '/companies',
  job: '/jobs',
} as const;

/** What is left to do in a new installation until the first job runs. Each step ticks itself; nothing is shown once all are done. */
export function SetupSection() {
  const { t } = useTranslation('setup');
  const { data } = $api.useQuery(
    'get',
    '/api/v1/setup',
    {},
    { refetchInterval: ({ state }) => (state.data?.done === true ? false : EVERY_MS) },
  );
  if (data === undefined || data.done) return null;
  const next = data.steps.find(({ done }) => !done)?.step;
  return (
    <Section title={t('title')}>
      <ol className={styles['steps']}>
        {data.steps.map(({ step, done }) => (
          <li key={step} {...(step === next && { 'aria-current': 'step' as const })}>
            {done ? (
              <CheckCircleFilled className={styles['done']} aria-label={t('done')} />
            ) : (
              <RightCircleOutlined className={styles['open']} aria-label={t('open')} />
            )}
            <span>
              <Link to={PLACES[step]}>{t(`step.${step}.title`)}</Link>
              <span className={`soft ${styles['hint']}`}>{t(`step.${step}.hint`)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
