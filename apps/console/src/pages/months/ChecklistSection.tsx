import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import type { Checklist, ChecklistItem } from './month-data.ts';
import { ItemState } from './MonthState.tsx';
import styles from './months.module.css';

/** What the closing of a month asks for; each open item leads to its cause. */
export function ChecklistSection({ month, checklist }: { readonly month: string; readonly checklist: Checklist | undefined }) {
  const { t } = useTranslation('months');
  return (
    <Section title={t('checklist')} flush>
      {checklist === undefined ? (
        <Loading lines={6} />
      ) : (
        <ul className={`lines ${styles['checklist']}`} aria-label={t('checklist')}>
          {checklist.items.map((item) => (
            <li key={item.item}>
              <span>
                <ItemState state={item.state} />
              </span>
              <div>
                <div>
                  {t(`item.${item.item}.${item.state === 'met' ? 'met' : 'open'}`, { n: item.count })}
                  {item.state !== 'met' && <Cause month={month} item={item.item} />}
                </div>
                {item.state !== 'met' && (
                  <div className="soft" lang="en">
                    {item.detail} {item.remedy}
                  </div>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** A link to where the cause of an open item is seen and mended. */
function Cause({ month, item }: { readonly month: string; readonly item: ChecklistItem['item'] }) {
  const { t } = useTranslation('months');
  const link = (content: ReactNode) => <span className={styles['cause']}>{content}</span>;
  switch (item) {
    case 'month-before':
      return link(
        <Link className="in-text" to="/months/$month" params={{ month: monthBefore(month) }}>
          {t('cause.monthBefore')}
        </Link>,
      );
    case 'usage':
    case 'holds':
      return link(
        <Link className="in-text" to="/jobs">
          {t('cause.jobs')}
        </Link>,
      );
    case 'lost-pods':
    case 'reconciliation':
      return link(
        <Link className="in-text" to="/reconciliation" search={{ month }}>
          {t('cause.reconciliation')}
        </Link>,
      );
    case 'decisions':
      return link(
        <Link className="in-text" to="/decisions">
          {t('cause.decisions')}
        </Link>,
      );
    default:
      return null;
  }
}

function monthBefore(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7);
}
