import { formatFen } from '../app/format.ts';
import styles from './figures.module.css';

interface MoneyProps {
  readonly fen: number | null | undefined;
  /** Makes the figure a button that shows where it comes from. */
  readonly onTrace?: (() => void) | undefined;
}

/** An amount of money (`¥1,234.56`) of fen. */
export function Money({ fen, onTrace }: MoneyProps) {
  if (fen === null || fen === undefined) return <span className="soft">—</span>;
  const text = <span className={fen < 0 ? `tabular ${styles['negative']}` : 'tabular'}>{formatFen(fen)}</span>;
  return onTrace === undefined ? (
    text
  ) : (
    <button type="button" className={styles['trace']} onClick={onTrace}>
      {text}
    </button>
  );
}
