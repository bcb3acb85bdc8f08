import { useTranslation } from 'react-i18next';
import { Amount } from './Amount.tsx';
import styles from './BudgetBar.module.css';

interface BudgetBarProps {
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly appropriated: number;
  readonly promised: number;
  /** Of what is promised; absent where it is not known. */
  readonly spent?: number | undefined;
  /** What would be promised in addition. */
  readonly asked?: number | undefined;
  readonly compact?: boolean;
}

/** What of a programme's budget is spent, promised, asked for and free. */
export function BudgetBar({ unit, appropriated, promised, spent, asked = 0, compact = false }: BudgetBarProps) {
  const { t } = useTranslation();
  const whole = Math.max(appropriated, promised + asked, 1);
  const share = (amount: number) => `${(100 * amount) / whole}%`;
  const parts = [
    ...(spent === undefined ? [] : ([{ key: 'spent', amount: spent, width: spent }] as const)),
    { key: 'promised', amount: promised, width: promised - (spent ?? 0) } as const,
    ...(asked > 0 ? ([{ key: 'asked', amount: asked, width: asked }] as const) : []),
  ];
  const free = { key: 'free', amount: appropriated - promised - asked } as const;
  const summary = parts.map(({ key, amount }) => `${t(`budget.${key}`)} ${Math.round((100 * amount) / whole)}%`).join(', ');
  return (
    <div className={styles['budget']}>
      <div className={styles['bar']} role="img" aria-label={summary} title={summary}>
        {parts.map(({ key, width }) => (
          <div key={key} className={styles[key]} style={{ width: share(width) }} />
        ))}
      </div>
      {!compact && (
        <dl className={styles['legend']}>
          <div>
            <dt>{t('budget.appropriated')}</dt>
            <dd>
              <Amount unit={unit} amount={appropriated} />
            </dd>
          </div>
          {[...parts, free].map(({ key, amount }) => (
            <div key={key}>
              <dt>
                <span aria-hidden="true" className={`${styles['mark']} ${styles[key]}`} />
                {t(`budget.${key}`)}
              </dt>
              <dd>
                <Amount unit={unit} amount={amount} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
