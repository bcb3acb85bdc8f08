import { useTranslation } from 'react-i18next';
import { formatCount, formatGpuHours } from '../app/format.ts';
import styles from './figures.module.css';

interface GpuHoursProps {
  readonly gpuSeconds: number | null | undefined;
  /** Whether the unit follows the figure; columns have it in their heading. */
  readonly bare?: boolean;
  /** Makes the figure a button that shows where it comes from. */
  readonly onTrace?: (() => void) | undefined;
}

/** GPU-hours with two decimals; its title has the exact seconds. */
export function GpuHours({ gpuSeconds, bare = false, onTrace }: GpuHoursProps) {
  const { t } = useTranslation();
  if (gpuSeconds === null || gpuSeconds === undefined) return <span className="soft">—</span>;
  const hours = formatGpuHours(gpuSeconds);
  const text = (
    <span className="tabular" title={t('unit.gpuSeconds', { seconds: formatCount(gpuSeconds) })}>
      {bare ? hours : t('unit.gpuHours', { hours })}
    </span>
  );
  return onTrace === undefined ? (
    text
  ) : (
    <button type="button" className={styles['trace']} onClick={onTrace}>
      {text}
    </button>
  );
}
