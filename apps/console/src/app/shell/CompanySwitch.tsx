import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useActFor, useCompany, useMe } from '../../api/session.ts';
import styles from './CompanySwitch.module.css';

const PARK = 'park';

/** For whom the person acts: one of their companies, or the park. With one capacity only it is a text. */
export function CompanySwitch() {
  const { t } = useTranslation();
  const { companies, parkRoles } = useMe();
  const company = useCompany();
  const actFor = useActFor();
  const navigate = useNavigate();
  const choices = [
    ...(parkRoles.length > 0 ? [{ key: PARK, label: t('capacity.park') }] : []),
    ...companies.map(({ id, name }) => ({ key: id, label: name })),
  ];
  const name = company?.name ?? t('capacity.park');
  const shown = (
    <span className={`name ${styles['name']}`} dir="auto" title={name}>
      {name}
    </span>
  );
  if (choices.length < 2) return <span className={styles['only']}>{shown}</span>;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: choices,
        selectedKeys: [company?.id ?? PARK],
        onClick: ({ key }) => void actFor(key === PARK ? undefined : key).then(async () => await navigate({ to: '/' })),
      }}
    >
      <Button type="text" aria-label={t('capacity.switch', { name })}>
        {shown}
        <DownOutlined />
      </Button>
    </Dropdown>
  );
}
