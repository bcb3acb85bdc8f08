import type { ReactNode } from 'react';
import styles from './Empty.module.css';

interface EmptyProps {
  /** What will appear here. */
  readonly title: string;
  readonly hint?: ReactNode;
  /** The one next step. */
  readonly action?: ReactNode;
}

/** Says what will appear in an empty place, and offers the one next step. */
export function Empty({ title, hint, action }: EmptyProps) {
  return (
    <div className={styles['empty']}>
      <p className={styles['title']}>{title}</p>
      {hint !== undefined && <p className="soft">{hint}</p>}
      {action !== undefined && <div className={styles['action']}>{action}</div>}
    </div>
  );
}
