import { PlusOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../../components/LinkButton.tsx';

/** Leads to a new application for a grant. */
export function ApplyButton() {
  const { t } = useTranslation('funds');
  return (
    <LinkButton to="/applications/new" type="primary" icon={<PlusOutlined />}>
      {t('grants.apply')}
    </LinkButton>
  );
}
