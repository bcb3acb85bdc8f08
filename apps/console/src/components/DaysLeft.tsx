import { useTranslation } from 'react-i18next';

interface DaysLeftProps {
  /** Whole days, as the API says; null where nothing is left, or where it lasts beyond the forecast. */
  readonly days: number | null;
  /** What is left: fen or GPU-seconds. */
  readonly left: number;
}

/** How long a grant or wallet lasts. */
export function DaysLeft({ days, left }: DaysLeftProps) {
  const { t } = useTranslation();
  if (days === null && left === 0) return <span className="soft">—</span>;
  return <span className="tabular">{days === null ? t('daysLeft.beyond') : t('daysLeft.days', { days })}</span>;
}
