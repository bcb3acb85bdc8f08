import { useTranslation } from 'react-i18next';
import { Instant } from '../../components/Instant.tsx';
import { Section } from '../../components/Section.tsx';
import type { Job } from './job.ts';
import styles from './JobEventList.module.css';
import { inLanguage, usePodEvents, warningsOf } from './pod-events.ts';

/** What the cluster reports that is wrong with the present attempt, and what to do; nothing where all is well. */
export function ClusterWarnings({ job }: { readonly job: Job }) {
  const { t, i18n } = useTranslation('job');
  const warnings = warningsOf(job, usePodEvents(job).data?.items ?? []);
  if (warnings.length === 0) return null;
  return (
    <Section title={t('podEvents.warnings')} flush>
      <ul className={`lines ${styles['events']}`}>
        {warnings.map(({ latest, replicas, count }) => (
          <li key={latest.code}>
            <span className="soft">
              <Instant at={latest.lastAt} precision="second" />
            </span>
            <div>
              {inLanguage(latest.sentence, i18n.language)}
              {latest.remedy !== null && <div>{inLanguage(latest.remedy, i18n.language)}</div>}
              {latest.message !== '' && (
                <div className="soft" lang="en">
                  {latest.reason}: {latest.message}
                </div>
              )}
            </div>
            <span className="soft">
              {t('podEvents.replicas', { replicas: replicas.join(', ') })}
              {count > 1 && ` · ${t('podEvents.times', { times: count })}`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
