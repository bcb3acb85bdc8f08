import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { Instant } from './Instant.tsx';
import { useReasonText } from './reason.ts';
import styles from './WaitingReasons.module.css';

const HINTS = [
  'funds',
  'quota',
  'capacity',
  'concurrency-limit',
  'behind-reservation',
  'paused-tenant',
  'maintenance',
  'back-off',
  'dependency',
  'being-freed',
] as const;

/** Everything that keeps a job waiting, each with what would resolve it. */
export function WaitingReasons({ reasons }: { readonly reasons: readonly components['schemas']['WaitingReason'][] }) {
  const { t } = useTranslation('job');
  const reasonText = useReasonText();
  return (
    <>
      <div>{t('outlook.allReasons')}</div>
      <ol className={styles['reasons'] ?? ''}>
        {reasons.map((reason) => {
          const { code, detail, remedy, facts } = reason;
          const hint = hintOfReason(reason);
          return (
            <li key={code}>
              <strong>{reasonText(code)}</strong>
              {hint !== undefined && <div>{t(`outlook.hint.${hint}`)}</div>}
              <OpensAt facts={facts} />
              <div className="soft" lang="en">
                {detail} {remedy}
              </div>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** When closed nodes are announced to open again, where a reason says it. */
export function OpensAt({ facts }: Partial<Pick<components['schemas']['WaitingReason'], 'facts'>>) {
  const { t } = useTranslation('job');
  const opensAt = facts?.['opensAt'];
  if (typeof opensAt !== 'string') return null;
  return (
    <div>
      {t('outlook.opensAt')} <Instant at={opensAt} />
    </div>
  );
}

/** The part of the key of the text that says what resolves a reason; undefined for a code that this console does not know. */
export function hintOf(code: string): (typeof HINTS)[number] | undefined {
  return HINTS.find((known) => known === code.replaceAll(' ', '-'));
}

/** As `hintOf`; a job for which others are being stopped starts when these have ended. */
export function hintOfReason({ code, facts }: Pick<components['schemas']['WaitingReason'], 'code' | 'facts'>): ReturnType<typeof hintOf> {
  return facts['beingFreed'] === true ? 'being-freed' : hintOf(code);
}
