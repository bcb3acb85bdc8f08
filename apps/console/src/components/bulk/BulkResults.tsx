import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { useRefusalText } from '../refusal.ts';
import { StateTag } from '../StateTag.tsx';
import styles from './Bulk.module.css';

interface BulkResultsProps {
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly results: components['schemas']['BulkResults']['items'];
}

/** What became of each object of a request about several; the refused ones come first, with the reason. */
export function BulkResults({ items, results }: BulkResultsProps) {
  const { t } = useTranslation();
  const textOf = useRefusalText();
  const names = new Map(items.map(({ id, name }) => [id, name]));
  const done = results.filter(({ ok }) => ok).length;
  const refused = results.length - done;
  return (
    <div className={styles['parts']}>
      <p role="status">
        {t('bulk.done', { count: done })}
        {refused > 0 && ` ${t('bulk.refused', { count: refused })}`}
      </p>
      <ul className={styles['items']} aria-label={t('bulk.results')} tabIndex={0}>
        {results
          .toSorted((left, right) => Number(left.ok) - Number(right.ok))
          .map(({ id, ok, problem }) => {
            const text = problem === undefined ? undefined : textOf(problem);
            return (
              <li key={id} className={styles['item']}>
                <span className="name" dir="auto" title={names.get(id)}>
                  {names.get(id)}
                </span>
                <span className={styles['detail']}>
                  <StateTag tone={ok ? 'success' : 'danger'} icon={ok ? <CheckCircleOutlined /> : <CloseCircleOutlined />}>
                    {t(ok ? 'bulk.ok' : 'bulk.notOk')}
                  </StateTag>
                </span>
                {text !== undefined && (
                  <div className={styles['reason']}>
                    <div>{text.title}</div>
                    <div className="soft">{text.more.join(' ')}</div>
                  </div>
                )}
              </li>
            );
          })}
      </ul>
    </div>
  );
}
