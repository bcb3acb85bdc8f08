import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/session.ts';
import { Empty } from './Empty.tsx';

/** A page of the company that the person acts for; the park's people read there that it is a company's page. */
export function OfCompany({ children }: { readonly children: (companyId: string) => ReactNode }) {
  const { t } = useTranslation();
  const { companyId } = useMe();
  return companyId === undefined ? <Empty title={t('ofCompany.none')} hint={t('ofCompany.hint')} /> : <>{children(companyId)}</>;
}
