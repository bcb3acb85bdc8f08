import { useTranslation } from 'react-i18next';
import { formatBasisPoints, formatCount } from '../../app/format.ts';
import type { ClassTotals, Use } from './cells.ts';
import { SmallTable } from '../../components/SmallTable.tsx';
import styles from './cluster.module.css';

const PARTS: readonly Use[] = ['job', 'foreign', 'unhealthy', 'closed', 'free'];

/** Sums of each class: how many GPUs it has and what they are used for. */
export function ClassTable({ totals }: { readonly totals: readonly ClassTotals[] }) {
  const { t } = useTranslation('cluster');
  return (
    <SmallTable label={t('totals')} flush>
      <thead>
        <tr>
          <th scope="col">{t('column.gpuClass')}</th>
          <th scope="col" className={`start ${styles['barColumn']}`}>
            {t('column.use')}
          </th>
          <th scope="col">{t('column.nodes')}</th>
          <th scope="col">{t('column.total')}</th>
          {PARTS.map((part) => (
            <th key={part} scope="col">
              <span className={styles['swatch']} data-use={part} aria-hidden="true" />
              {t(`use.${part}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {totals.map((row) => (
          <tr key={row.gpuClass}>
            <th scope="row" className="mono">
              {row.gpuClass}
            </th>
            <td className={`start ${styles['barColumn']}`}>
              <div className={styles['barRow']}>
                <div className={styles['bar']} aria-hidden="true">
                  {PARTS.map((part) => (
                    <span key={part} data-use={part} style={{ flexGrow: row[part] }} />
                  ))}
                </div>
                <span className="tabular">{formatBasisPoints(row.total === 0 ? 0 : Math.round((row.job / row.total) * 1_000) * 10)}</span>
              </div>
            </td>
            <td>{formatCount(row.nodes)}</td>
            <td>{formatCount(row.total)}</td>
            {PARTS.map((part) => (
              <td key={part} className={part === 'unhealthy' && row[part] > 0 ? styles['bad'] : undefined}>
                {formatCount(row[part])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}
