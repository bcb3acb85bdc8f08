import { MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { setThemeChoice, useThemeName } from '../preferences.ts';

export function ThemeSwitch() {
  const { t } = useTranslation();
  const dark = useThemeName() === 'dark';
  const label = dark ? t('theme.toLight') : t('theme.toDark');
  return (
    <Button
      type="text"
      icon={dark ? <SunOutlined /> : <MoonOutlined />}
      aria-label={label}
      title={label}
      onClick={() => setThemeChoice(dark ? 'light' : 'dark')}
    />
  );
}
