import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { IS_MAC, useShortcuts } from '../shortcuts.ts';
import styles from './ShortcutHelp.module.css';

/** The keys of the page that is shown. It is downloaded when somebody first asks for it. */
export function ShortcutDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const shortcuts = useShortcuts();
  return (
    <Modal open onCancel={onClose} footer={null} title={t('shortcuts.title')} width={420}>
      <dl className={styles['keys']}>
        {shortcuts.map(({ keys, description }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys.replace('mod+', IS_MAC ? '⌘ ' : 'Ctrl ')}</kbd>
            </dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
