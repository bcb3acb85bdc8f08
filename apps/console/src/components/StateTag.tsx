import type { ReactNode } from 'react';
import styles from './StateTag.module.css';

export type Tone = 'success' | 'warning' | 'danger' | 'accent' | 'neutral';

interface StateTagProps {
  readonly tone: Tone;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** A state: always an icon and a word, so that the colour is never the only sign. */
export function StateTag({ tone, icon, children }: StateTagProps) {
  return (
    <span className={`${styles['tag']} ${styles[tone]}`}>
      <span aria-hidden="true" className={styles['icon']}>
        {icon}
      </span>
      {children}
    </span>
  );
}
