import { SearchOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Input, Modal } from 'antd';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import { setLanguage, setThemeChoice, useLanguage, useThemeName } from '../preferences.ts';
import styles from './CommandPalette.module.css';
import type { Command } from './command.ts';
import { navigationOf } from './navigation-items.tsx';
import { useSearchResults } from './search-results.tsx';

/** The open palette: what is typed, and what it finds. It is downloaded when somebody first opens it. */
export function PaletteDialog({ onDone }: { readonly onDone: () => void }) {
  return (
    <Modal open onCancel={onDone} footer={null} closable={false} width={560} title={null}>
      <Palette onDone={onDone} />
    </Modal>
  );
}

function Palette({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const pages = useCommands(typed.trim());
  const { results, searching } = useSearchResults(typed.trim());
  const commands = [...pages, ...results];
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onDone();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen((index) => Math.min(index + 1, commands.length - 1));
    else if (event.key === 'ArrowUp') setChosen((index) => Math.max(index - 1, 0));
    else if (event.key === 'Enter') run(commands[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles['palette']}>
      <Input
        autoFocus
        size="large"
        prefix={<SearchOutlined />}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={commands[chosen] === undefined ? undefined : `${id}-${chosen}`}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={t('palette.open')} className={styles['list']}>
        {commands.map((command, index) => (
          <li
            key={command.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={index === chosen ? styles['chosen'] : undefined}
            onMouseEnter={() => setChosen(index)}
            onClick={() => run(command)}
          >
            <span aria-hidden="true">{command.icon}</span>
            <span className="name" dir="auto">
              {command.label}
            </span>
            {command.detail !== undefined && (
              <span className={`soft ${styles['detail']}`} dir="auto">
                {command.detail}
              </span>
            )}
            <span className="soft">{command.kind}</span>
          </li>
        ))}
      </ul>
      <p className={`soft ${styles['none']}`} role="status">
        {searching ? t('palette.searching') : commands.length === 0 ? t('palette.none') : ''}
      </p>
    </div>
  );
}

function useCommands(typed: string): Command[] {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const theme = useThemeName();
  const language = useLanguage();
  const pages = navigationOf(me)
    .flatMap(({ items }) => items)
    .map(({ page, icon }): Command => ({
      key: `/${page}`,
      label: t(`navigation.${page}`),
      icon,
      kind: t('palette.page'),
      run: () => void navigate({ to: `/${page}` }),
    }));
  const actions: Command[] = [
    {
      key: 'theme',
      label: theme === 'dark' ? t('theme.toLight') : t('theme.toDark'),
      kind: t('palette.action'),
      run: () => setThemeChoice(theme === 'dark' ? 'light' : 'dark'),
    },
    {
      key: 'language',
      label: language === 'en' ? '中文' : 'English',
      kind: t('palette.action'),
      run: () => setLanguage(language === 'en' ? 'zh-CN' : 'en'),
    },
  ];
  const wanted = typed.toLowerCase();
  return [...pages, ...actions].filter(({ label, key }) => label.toLowerCase().includes(wanted) || key.includes(wanted));
}
