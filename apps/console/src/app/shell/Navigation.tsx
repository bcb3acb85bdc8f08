import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import styles from './Navigation.module.css';
import { navigationOf } from './navigation-items.tsx';

/** The pages of the person's role. */
export function Navigation({ onNavigate }: { readonly onNavigate?: () => void }) {
  const { t } = useTranslation();
  const groups = navigationOf(useMe());
  return (
    <nav aria-label={t('navigation.label')} className={styles['navigation']}>
      {groups.map(({ key, items }) => (
        <div key={key} className={styles['group']}>
          <div className={styles['heading']}>{t(`navigation.group.${key}`)}</div>
          <ul>
            {items.map(({ page, icon }) => (
              <li key={page}>
                <Link
                  to={`/${page}`}
                  className={styles['item']}
                  activeProps={{ className: styles['active'] ?? '' }}
                  activeOptions={{ includeSearch: false }}
                  {...(onNavigate !== undefined && { onClick: onNavigate })}
                >
                  <span aria-hidden="true" className={styles['icon']}>
                    {icon}
                  </span>
                  <span>{t(`navigation.${page}`)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
