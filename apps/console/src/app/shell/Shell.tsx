import { MenuOutlined } from '@ant-design/icons';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSessionState } from '../../api/session.ts';
import { Loading } from '../../components/Loading.tsx';
import { useChanges } from '../../api/changes.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { useOpenTrace } from '../../components/provenance/trace.ts';
import { lazyPart } from '../parts.ts';
import { CompanySwitch } from './CompanySwitch.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { Downloads } from './Downloads.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import { LostPartBanner } from './LostPartBanner.tsx';
import { Navigation } from './Navigation.tsx';
import { Notices } from './Notices.tsx';
import { PersonMenu } from './PersonMenu.tsx';
import styles from './Shell.module.css';
import { ShortcutHelp } from './ShortcutHelp.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';

const NavigationDrawer = lazyPart(async () => (await import('./NavigationDrawer.tsx')).NavigationDrawer);
const Provenance = lazyPart(async () => (await import('../../components/provenance/Provenance.tsx')).Provenance);
const SignInAgain = lazyPart(async () => (await import('./SignInAgain.tsx')).SignInAgain);

/** The frame of every page for the signed-in. Whoever is not signed in goes to the sign-in page, and comes back from there. */
export function Shell() {
  const state = useSessionState();
  if (state === undefined) return <Loading />;
  if (state === 'signed-out') return <ToSignIn />;
  return (
    <Suspense fallback={<Loading />}>
      <Frame />
      {state === 'expired' && <SignInAgain />}
    </Suspense>
  );
}

/** Leaves for the sign-in page once. `Navigate` would leave anew at each rendering, because its search is another object each time. */
function ToSignIn() {
  const navigate = useNavigate();
  const { href } = useLocation();
  const from = useRef(href);
  useEffect(() => {
    const to = from.current;
    void navigate({ to: '/sign-in', search: to === '/' ? {} : { to }, replace: true });
  }, [navigate]);
  return <Loading />;
}

function Frame() {
  const { t } = useTranslation();
  // Undefined until it is opened for the first time.
  const [menuOpen, setMenuOpen] = useState<boolean>();
  const trace = useOpenTrace();
  useChanges();
  return (
    <div className={styles['frame']}>
      <a href="#content" className={styles['skip']}>
        {t('skipToContent')}
      </a>
      <header className={styles['bar']}>
        <Button
          type="text"
          className={styles['menu'] ?? ''}
          icon={<MenuOutlined />}
          aria-label={t('navigation.open')}
          onClick={() => setMenuOpen(true)}
        />
        <Link to="/" aria-label="Speedspace" className={styles['brand']}>
          <img src="/favicon.svg" alt="" width={22} height={22} />
          <span>Speedspace</span>
        </Link>
        <CompanySwitch />
        <div className={styles['space']} />
        <CommandPalette />
        <Downloads />
        <Notices />
        <LanguageSwitch />
        <ThemeSwitch />
        <PersonMenu />
        <ShortcutHelp />
      </header>
      <aside className={styles['side']}>
        <Navigation />
      </aside>
      {menuOpen !== undefined && (
        <Suspense>
          <NavigationDrawer open={menuOpen} onClose={() => setMenuOpen(false)} />
        </Suspense>
      )}
      <main id="content" className={styles['content']} tabIndex={-1}>
        <ConnectionBanner />
        <LostPartBanner />
        <Suspense fallback={<Loading lines={8} />}>
          <Outlet />
        </Suspense>
      </main>
      {trace !== undefined && (
        <Suspense>
          <Provenance />
        </Suspense>
      )}
    </div>
  );
}
