import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntdApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useLayoutEffect } from 'react';
import { queryClient } from '../api/query-client.ts';
import { antdThemeOf } from './antd-theme.ts';
import { showLanguage } from './i18n.ts';
import { useLanguage, useThemeName } from './preferences.ts';
import { router } from './router.tsx';
import { applyTokens } from './tokens.ts';

export function App() {
  const theme = useThemeName();
  const language = useLanguage();
  useLayoutEffect(() => applyTokens(theme), [theme]);
  useEffect(() => void showLanguage(language), [language]);
  return (
    <ConfigProvider button={{ autoInsertSpace: false }} theme={antdThemeOf(theme)} locale={language === 'en' ? enUS : zhCN}>
      <AntdApp style={{ height: '100%' }}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntdApp>
    </ConfigProvider>
  );
}
