import { LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe, useSignOut } from '../../api/session.ts';
import styles from './PersonMenu.module.css';

/** Who is signed in, in which roles, and the way out. */
export function PersonMenu() {
  const { t } = useTranslation();
  const { name, email, roles } = useMe();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const { message } = App.useApp();
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          {
            key: 'who',
            type: 'group',
            label: (
              <div className={styles['who']}>
                <strong dir="auto">{name}</strong>
                <span>{email}</span>
                <span>{roles.map((role) => t(`role.${role}`)).join(' · ')}</span>
              </div>
            ),
          },
          { type: 'divider' },
          { key: 'out', icon: <LogoutOutlined />, label: t('signOut') },
        ],
        onClick: ({ key }) => {
          if (key === 'out')
            void signOut().then(
              async () => await navigate({ to: '/sign-in', search: {} }),
              () => message.error(t('error.unreachable')),
            );
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t('person', { name })}>
        <span className={`name ${styles['name']}`} dir="auto">
          {name}
        </span>
      </Button>
    </Dropdown>
  );
}
