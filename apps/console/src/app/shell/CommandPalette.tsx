import { SearchOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../parts.ts';
import { IS_MAC, useShortcut } from '../shortcuts.ts';
import styles from './CommandPalette.module.css';

const PaletteDialog = lazyPart(async () => (await import('./PaletteDialog.tsx')).PaletteDialog);

/** Goes to any page, finds what the person may read, and does what is done everywhere, by the keyboard: ⌘K or Ctrl-K. */
export function CommandPalette() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const keys = IS_MAC ? '⌘K' : 'Ctrl K';
  useShortcut('mod+k', t('palette.open'), () => setOpen(true));
  return (
    <>
      <Button
        type="text"
        icon={<SearchOutlined />}
        className={styles['opener'] ?? ''}
        aria-label={`${t('palette.short')} ${keys}`}
        onClick={() => setOpen(true)}
      >
        <span className={styles['hint']}>
          {t('palette.short')} <kbd>{keys}</kbd>
        </span>
      </Button>
      {open && (
        <Suspense>
          <PaletteDialog onDone={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
