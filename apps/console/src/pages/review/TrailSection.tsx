import { useTranslation } from 'react-i18next';
import { Amount } from '../../components/Amount.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import type { ApplicationEvent } from './application-data.ts';
import styles from './review.module.css';

const ACTIONS = [
  'created',
  'submitted',
  'recommended',
  'returned',
  'declined',
  'endorsed',
  'approved',
  'rejected',
  'withdrawn',
  'due-soon',
  'overdue',
] as const;

interface TrailProps {
  readonly events: readonly ApplicationEvent[] | undefined;
  readonly unit: 'CNY' | 'GPU_SECONDS';
}

/** Every step of an application with who took it and their opinion; the latest first. */
export function TrailSection({ events, unit }: TrailProps) {
  const { t } = useTranslation('review');
  return (
    <Section title={t('trail.title')}>
      {events === undefined ? (
        <Loading />
      ) : (
        <ol className={styles['trail']}>
          {events.toReversed().map(({ id, action, actor, at, amount, opinion, round }) => {
            const known = ACTIONS.find((name) => name === action);
            return (
              <li key={id}>
                <div>
                  <strong>{known === undefined ? action : t(`trail.${known}`)}</strong>{' '}
                  <span dir="auto">{actor.kind === 'user' ? actor.name : t('trail.system')}</span>
                  {amount !== null && (
                    <>
                      {' '}
                      <Amount unit={unit} amount={amount} />
                    </>
                  )}
                </div>
                <div className="soft">
                  <Instant at={at} />
                  {round > 0 && <> · {t('trail.round', { round })}</>}
                </div>
                {opinion !== null && opinion !== '' && (
                  <blockquote dir="auto" className={styles['opinion']}>
                    {opinion}
                  </blockquote>
                )}
              </li>
            );
          })}
        </ol>
      )}
    </Section>
  );
}
