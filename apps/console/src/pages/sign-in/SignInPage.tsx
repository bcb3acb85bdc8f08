import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { Button, Divider } from 'antd';
import { useTranslation } from 'react-i18next';
import { publicApi } from '../../api/client.ts';
import { useSessionState, useTitle } from '../../api/session.ts';
import { LanguageSwitch } from '../../app/shell/LanguageSwitch.tsx';
import { ThemeSwitch } from '../../app/shell/ThemeSwitch.tsx';
import { DemoPeople } from './DemoPeople.tsx';
import { SignInForm } from './SignInForm.tsx';
import styles from './SignInPage.module.css';

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
          {methods?.oidc === true && (
            <>
              <Divider plain>{t('or')}</Divider>
              <Button block href={`/api/v1/auth/oidc/start?returnTo=${encodeURIComponent(signedInAt(to ?? '/'))}`}>
                {t('oidc')}
              </Button>
            </>
          )}
        </div>
        {methods?.demo === true && <DemoPeople />}
      </main>
    </div>
  );
}

/** What this installation offers; undefined until it is known. */
function useSignInMethods() {
  const { data } = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: async () => (await publicApi.GET('/api/v1/auth/methods')).data,
    staleTime: Infinity,
  });
  return data;
}

/** The address to come back to from an OpenID provider, marked so that the console takes up the session that began there. */
function signedInAt(address: string): string {
  const url = new URL(address, location.origin);
  url.searchParams.set('signedIn', '1');
  return `${url.pathname}${url.search}`;
}
