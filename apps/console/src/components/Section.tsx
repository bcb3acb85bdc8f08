import { type ReactNode, useId } from 'react';
import styles from './Section.module.css';

interface SectionProps {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  /** Whether the content reaches the borders, as a table does. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with its heading. Sections are never nested. */
export function Section({ title, actions, flush = false, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </div>
      <div className={flush ? styles['flush'] : styles['body']}>{children}</div>
    </section>
  );
}
