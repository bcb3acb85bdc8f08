import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSessionState, useTitle } from '../../api/session.ts';
import { LanguageSwitch } from '../../app/shell/LanguageSwitch.tsx';
import { ThemeSwitch } from '../../app/shell/ThemeSwitch.tsx';
import { DemoPeople } from './DemoPeople.tsx';
import { OidcSignIn } from './OidcSignIn.tsx';
import { SignInForm } from './SignInForm.tsx';
import styles from './SignInPage.module.css';
import { useSignInMethods } from './methods.ts';

export function SignInPage() {
  const { t } = useTranslation('signIn');
  const { to } = useSearch({ from: '/sign-in' });
  useTitle(t('title'));
  const methods = useSignInMethods();
  if (useSessionState() === 'signed-in') return <Navigate to={to ?? '/'} replace />;
  return (
    <div className={styles['page']}>
      <div className={styles['switches']}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <main className={methods?.demo === true ? `${styles['main']} ${styles['wide']}` : styles['main']}>
        <div className={styles['form']}>
          <div className={styles['brand']}>
            <img src="/favicon.svg" alt="" width={32} height={32} />
            <span>Speedspace</span>
          </div>
          <h1>{t('title')}</h1>
          <p className="soft">{t('about')}</p>
          <SignInForm />
          <Link to="/password">{t('forgotten')}</Link>
          <OidcSignIn returnTo={to ?? '/'} />
        </div>
        {methods?.demo === true && <DemoPeople />}
      </main>
    </div>
  );
}
