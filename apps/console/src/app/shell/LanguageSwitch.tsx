import { TranslationOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { setLanguage, useLanguage } from '../preferences.ts';

/** Shows the other language, by its own name. */
export function LanguageSwitch() {
  const language = useLanguage();
  const other = language === 'en' ? ({ code: 'zh-CN', name: '中文' } as const) : ({ code: 'en', name: 'English' } as const);
  return (
    <Button type="text" icon={<TranslationOutlined />} lang={other.code} onClick={() => setLanguage(other.code)}>
      {other.name}
    </Button>
  );
}
