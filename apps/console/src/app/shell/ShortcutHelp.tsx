import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IS_MAC, useShortcut, useShortcuts } from '../shortcuts.ts';
import styles from './ShortcutHelp.module.css';

/** The keys of the page that is shown: `?` opens it. */
export function ShortcutHelp() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const shortcuts = useShortcuts();
  useShortcut('?', t('shortcuts.open'), () => setOpen(true));
  return (
    <Modal open={open} onCancel={() => setOpen(false)} footer={null} title={t('shortcuts.title')} width={420}>
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
