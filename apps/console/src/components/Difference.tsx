import { useTranslation } from 'react-i18next';
import styles from './Difference.module.css';

interface DifferenceProps {
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** What changed between two states of an object, field by field. A field that did not change is left out. */
export function Difference({ before, after }: DifferenceProps) {
  const { t } = useTranslation();
  const [old, now] = [flat(before), flat(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].filter((field) => old.get(field) !== now.get(field));
  if (fields.length === 0) return <p className="soft">{t('difference.none')}</p>;
  return (
    <div className={styles['scroll']} tabIndex={0}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th>{t('difference.field')}</th>
            <th>{t('difference.before')}</th>
            <th>{t('difference.after')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row" className="mono">
                {field}
              </th>
              <td dir="auto">{old.has(field) && <del className={styles['before']}>{old.get(field)}</del>}</td>
              <td dir="auto">{now.has(field) && <ins className={styles['after']}>{now.get(field)}</ins>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Values by their path, such as `payload.amount`. Lists are one value. */
function flat(state: Readonly<Record<string, unknown>> | null, prefix = ''): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(state ?? {})) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [path, inner] of flat(value as Record<string, unknown>, `${prefix}${name}.`)) values.set(path, inner);
    } else {
      values.set(prefix + name, typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
  return values;
}
