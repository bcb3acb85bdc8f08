import type { ReactNode } from 'react';
import { useTitle } from '../../api/session.ts';
import { LanguageSwitch } from '../../app/shell/LanguageSwitch.tsx';
import { ThemeSwitch } from '../../app/shell/ThemeSwitch.tsx';
import styles from '../sign-in/SignInPage.module.css';

interface FrameProps {
  readonly title: string;
  readonly about?: string | undefined;
  readonly children: ReactNode;
}

/** A page for people who are not signed in. */
export function Frame({ title, about, children }: FrameProps) {
  useTitle(title);
  return (
    <div className={styles['page']}>
      <div className={styles['switches']}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <main className={styles['main']}>
        <div className={styles['form']}>
          <div className={styles['brand']}>
            <img src="/favicon.svg" alt="" width={32} height={32} />
            <span>Speedspace</span>
          </div>
          <h1>{title}</h1>
          {about !== undefined && (
            <p className="soft" dir="auto">
              {about}
            </p>
          )}
          {children}
        </div>
      </main>
    </div>
  );
}
