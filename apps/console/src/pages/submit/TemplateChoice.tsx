import { useTranslation } from 'react-i18next';
import { type Template, TEMPLATES } from './templates.ts';
import styles from './TemplateChoice.module.css';

/** Job files to begin with. */
export function TemplateChoice({ onChoose, disabled }: { readonly onChoose: (template: Template) => void; readonly disabled: boolean }) {
  const { t } = useTranslation('submit');
  return (
    <div className={styles['templates']} role="group" aria-label={t('templates')}>
      {TEMPLATES.map((template) => (
        <button key={template} type="button" className={styles['template']} disabled={disabled} onClick={() => onChoose(template)}>
          <strong>{t(`template.${template}.name`)}</strong>
          <span className="soft">{t(`template.${template}.about`)}</span>
        </button>
      ))}
    </div>
  );
}
