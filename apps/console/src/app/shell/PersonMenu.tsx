import { LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useSignOut } from '../../api/session.ts';
import { BarPopover } from './BarPopover.tsx';
import styles from './PersonMenu.module.css';

/** Who is signed in, in which roles, and the way out. */
export function PersonMenu() {
  const { t } = useTranslation();
  const { name, email, roles } = useMe();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const leave = (): void =>
    void signOut().then(
      async () => await navigate({ to: '/sign-in', search: {} }),
      () => message.error(t('error.unreachable')),
    );
  return (
    <BarPopover
      open={open}
      onOpenChange={setOpen}
      content={
        <>
          <div className={styles['who']}>
            <strong dir="auto">{name}</strong>
            <span>{email}</span>
            <span className="soft">{roles.map((role) => t(`role.${role}`)).join(' · ')}</span>
          </div>
          <Button block icon={<LogoutOutlined />} onClick={leave}>
            {t('signOut')}
          </Button>
        </>
      }
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t('person', { name })} aria-expanded={open}>
        <span className={`name ${styles['name']}`} dir="auto">
          {name}
        </span>
      </Button>
    </BarPopover>
  );
}
