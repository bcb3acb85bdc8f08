import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useTitle } from '../api/session.ts';
import styles from './PageHeader.module.css';

interface PageHeaderProps {
  readonly title: string;
  /** Beside the title: a state, an id. */
  readonly beside?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Whether the page shows instants, so that it names their time zone. */
  readonly showsInstants?: boolean;
}

/** The head of a page: its title, which the tab of the browser shows too, and its actions. */
export function PageHeader({ title, beside, description, actions, showsInstants = true }: PageHeaderProps) {
  const { t } = useTranslation();
  const { timeZone } = useMe();
  useTitle(title);
  return (
    <header className={styles['head']}>
      <div className={styles['text']}>
        <div className={styles['title']}>
          <h1>
            <span className="name" title={title} dir="auto">
              {title}
            </span>
          </h1>
          {beside}
        </div>
        {description !== undefined && <div className="soft">{description}</div>}
      </div>
      <div className={styles['side']}>
        {showsInstants && <span className={`soft ${styles['zone']}`}>{t('timeZone', { timeZone })}</span>}
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </div>
    </header>
  );
}
