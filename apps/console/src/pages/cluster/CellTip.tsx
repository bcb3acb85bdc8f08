import { useTranslation } from 'react-i18next';
import { useNow } from '../../app/now.ts';
import { formatDuration } from '../../app/format.ts';
import { Instant } from '../../components/Instant.tsx';
import { JobState } from '../../components/JobState.tsx';
import { type Run, secondsLeft } from './cells.ts';
import styles from './cluster.module.css';
import { Closures, NodeState } from './NodeState.tsx';

export interface CellAt {
  readonly run: Run;
  readonly box: DOMRect;
}

const WIDTH = 280;
const HEIGHT = 190;
const GAP = 8;

/** What the pointed or focused cells are: node, job, company and time left. */
export function CellTip({ id, at }: { readonly id: string; readonly at: CellAt | undefined }) {
  if (at === undefined) return null;
  const { box } = at;
  const left = Math.max(GAP, Math.min(box.left, innerWidth - WIDTH - GAP));
  const place = box.bottom + HEIGHT > innerHeight ? { bottom: innerHeight - box.top + GAP } : { top: box.bottom + GAP };
  return (
    <div id={id} role="tooltip" className={styles['tip']} style={{ left, width: WIDTH, ...place }}>
      <CellFacts run={at.run} />
    </div>
  );
}

function CellFacts({ run: { node, gpuClass, use, gpus, holder } }: { readonly run: Run }) {
  const { t } = useTranslation('cluster');
  return (
    <>
      <div className={styles['tipHead']}>
        <span className="mono name" title={node.name}>
          {node.name}
        </span>
        <NodeState node={node} />
      </div>
      <div className="soft">
        {t('tip.gpus', { gpus, gpuClass })} · {t(`use.${use}`)}
      </div>
      <Closures node={node} />
      {node.maintenanceFrom !== null && (
        <div>
          {t('tip.maintenance')} <Instant at={node.maintenanceFrom} />
        </div>
      )}
      {node.maintenanceUntil !== null && (
        <div>
          {t('tip.maintenanceUntil')} <Instant at={node.maintenanceUntil} />
        </div>
      )}
      {node.ignoredAnnouncements.map((sentence) => (
        <div key={sentence} className="soft" lang="en">
          {sentence}
        </div>
      ))}
      {holder !== undefined && (
        <dl className={styles['tipFacts']}>
          <dt>{t('column.job')}</dt>
          <dd dir="auto">{holder.jobName}</dd>
          <dt>{t('column.company')}</dt>
          <dd dir="auto">{holder.companyName}</dd>
          <dt>{t('column.jobState')}</dt>
          <dd>
            <JobState state={holder.state} />
          </dd>
          <dt>{t('column.left')}</dt>
          <dd className="tabular">
            <TimeLeft holder={holder} />
          </dd>
        </dl>
      )}
    </>
  );
}

/** How long a job holds its GPUs yet, at the most. */
export function TimeLeft({ holder }: { readonly holder: NonNullable<Run['holder']> }) {
  const { t } = useTranslation('cluster');
  const left = secondsLeft(holder, useNow());
  if (left === null) return <span className="soft">{t('notStarted')}</span>;
  return <span className="tabular">{t('atMost', { duration: formatDuration(left) })}</span>;
}
