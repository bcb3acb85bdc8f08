import { useTranslation } from 'react-i18next';
import type { More } from '../../api/pages.ts';
import { formatGpuHours } from '../../app/format.ts';
import { Instant } from '../../components/Instant.tsx';
import { LoadMore } from '../../components/LoadMore.tsx';
import { useReasonText } from '../../components/reason.ts';
import type { JobEvent } from './job.ts';
import styles from './JobEventList.module.css';

/** Every event of the job in a sentence, in the order in which they occurred. */
export function JobEventList({ events, more }: { readonly events: readonly JobEvent[]; readonly more: More | undefined }) {
  const { t } = useTranslation('job');
  const sentence = useSentence();
  return (
    <>
      <ol className={`lines ${styles['events']}`}>
        {events.map((event) => {
          const detail = event.data?.['detail'];
          return (
            <li key={event.sequence}>
              <span className="soft">
                <Instant at={event.at} precision="second" />
              </span>
              <div>
                {sentence(event)}
                {typeof detail === 'string' && (
                  <div className="soft" lang="en">
                    {detail}
                  </div>
                )}
              </div>
              <span className="name soft" dir="auto">
                {event.actor === 'controller' ? t('event.system') : event.actor}
              </span>
            </li>
          );
        })}
      </ol>
      {more !== undefined && (
        <div className={styles['more']}>
          <LoadMore more={more} />
        </div>
      )}
    </>
  );
}

function useSentence(): (event: JobEvent) => string {
  const { t, i18n } = useTranslation('job');
  const reasonText = useReasonText();
  return ({ kind, attempt, reason, data }) => {
    const nodes = Array.isArray(data?.['placement']) ? data['placement'].map(String) : [];
    const key = `event.kind.${kind === 'admitted' && nodes.length === 0 ? 'admitted-anywhere' : kind}`;
    if (!i18n.exists(key, { ns: 'job' })) return kind;
    const gpuSeconds = typeof data?.['gpuSeconds'] === 'string' ? data['gpuSeconds'] : '0';
    return t(key as 'event.kind.admitted', {
      attempt,
      reason: reason === null ? t('event.noReason') : reasonText(reason),
      nodes: [...new Set(nodes)].join(', '),
      gpuHours: formatGpuHours(BigInt(gpuSeconds)),
    });
  };
}
