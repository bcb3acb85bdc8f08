import type { ReactNode } from 'react';
import styles from './SmallTable.module.css';

interface SmallTableProps {
  /** What it shows, where no caption says it. */
  readonly label: string;
  /** Whether it reaches the borders of its section. */
  readonly flush?: boolean;
  /** The parts of the table: its head, body and foot. The first column names the rows, the others are figures. */
  readonly children: ReactNode;
}

/** A short table that is shown whole. On a narrow screen it scrolls, also by the keyboard. */
export function SmallTable({ label, flush = false, children }: SmallTableProps) {
  return (
    <div className={flush ? `${styles['scroll']} ${styles['narrowing']}` : styles['scroll']} tabIndex={0}>
      <table className={flush ? `${styles['table']} ${styles['flush']}` : styles['table']} aria-label={label}>
        {children}
      </table>
    </div>
  );
}
