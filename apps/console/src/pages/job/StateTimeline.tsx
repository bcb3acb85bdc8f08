import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { Instant } from '../../components/Instant.tsx';
import { JobState } from '../../components/JobState.tsx';
import { useReasonText } from '../../components/reason.ts';
import type { StateSpan } from './job.ts';
import styles from './StateTimeline.module.css';

/** In which states the job was, and for how long. */
export function StateTimeline({ spans }: { readonly spans: readonly StateSpan[] }) {
  const { t } = useTranslation('job');
  const reasonText = useReasonText();
  const now = useNow('second');
  const last = spans.length - 1;
  return (
    <ol className={styles['timeline']}>
      {spans.map(({ state, attempt, from, until, reason }, index) => {
        const lasts = index === last && until === undefined;
        const seconds = ((until === undefined ? now : Date.parse(until)) - Date.parse(from)) / 1_000;
        const final = lasts && ['Succeeded', 'Failed', 'TimedOut', 'Cancelled'].includes(state);
        return (
          <li key={`${from} ${state}`} className={lasts ? styles['present'] : undefined}>
            <JobState state={state} />
            <span className="tabular soft">
              <Instant at={from} precision="second" />
            </span>
            <span className="tabular">{final ? '' : t('timeline.lasts', { duration: formatDuration(seconds) })}</span>
            <span className="soft">
              {[...(attempt > 1 ? [t('timeline.attempt', { attempt })] : []), ...(reason === null ? [] : [reasonText(reason)])].join(' · ')}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
