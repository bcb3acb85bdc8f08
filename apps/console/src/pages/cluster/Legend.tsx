import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../app/format.ts';
import { useCompanyLook } from '../../components/company-colours.ts';
import { holdingsOf, type Run } from './cells.ts';
import styles from './cluster.module.css';

const JOB_STATES = ['Admitted', 'Starting', 'Running', 'Suspending'] as const;
const USES = ['foreign', 'unhealthy', 'closed', 'free'] as const;

interface LegendProps {
  readonly runs: readonly Run[];
  readonly colour: 'company' | 'state';
  readonly company: string | undefined;
  readonly onCompany: (company: string | undefined) => void;
}

/** What the colours of the map mean. A company in it can be chosen: then its cells stand out. */
export function Legend({ runs, colour, company, onCompany }: LegendProps) {
  const { t } = useTranslation(['cluster', 'common']);
  const lookOf = useCompanyLook();
  const used = new Set(runs.map(({ use }) => use));
  return (
    <ul className={styles['legend']} aria-label={t('legend')}>
      {colour === 'company'
        ? holdingsOf(runs).map(({ companyId, companyName, gpus }) => {
            const { colour: fill, texture } = lookOf(companyId);
            return (
              <li key={companyId}>
                <button
                  type="button"
                  className={styles['legendItem']}
                  aria-pressed={company === companyId}
                  title={companyName}
                  onClick={() => onCompany(company === companyId ? undefined : companyId)}
                >
                  <span
                    className={styles['swatch']}
                    data-texture={texture}
                    style={{ '--cell': fill } as CSSProperties}
                    aria-hidden="true"
                  />
                  <span className="name" dir="auto">
                    {companyName}
                  </span>
                  <span className="soft tabular">{formatCount(gpus)}</span>
                </button>
              </li>
            );
          })
        : JOB_STATES.map((state) => (
            <li key={state} className={styles['legendItem']}>
              <span className={styles['swatch']} data-job-state={state} aria-hidden="true" />
              {t(`common:jobState.${state}`)}
            </li>
          ))}
      {USES.filter((use) => use === 'free' || used.has(use)).map((use) => (
        <li key={use} className={styles['legendItem']}>
          <span className={styles['swatch']} data-use={use} aria-hidden="true" />
          {t(`use.${use}`)}
        </li>
      ))}
    </ul>
  );
}
