import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../components/Empty.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return <Empty title={t('notFound.title')} hint={t('notFound.hint')} action={<Link to="/">{t('notFound.home')}</Link>} />;
}
