import type { ReactNode } from 'react';
import styles from './figures.module.css';

interface FigureProps {
  readonly label: ReactNode;
  readonly value: ReactNode;
  readonly hint?: ReactNode;
  readonly big?: boolean;
}

/** One figure with what it is, and in small why. */
export function Figure({ label, value, hint, big = false }: FigureProps) {
  return (
    <div className={big ? `${styles['figure']} ${styles['big']}` : styles['figure']}>
      <div className={styles['label']}>{label}</div>
      <div className={styles['value']}>{value}</div>
      {hint !== undefined && <div className={styles['hint']}>{hint}</div>}
    </div>
  );
}

/** Figures side by side, which wrap on a narrow screen. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className={styles['figures']}>{children}</div>;
}
