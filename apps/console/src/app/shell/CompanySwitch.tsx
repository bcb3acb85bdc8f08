import { CheckOutlined, DownOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActFor, useCompany, useMe } from '../../api/session.ts';
import { BarPopover } from './BarPopover.tsx';
import styles from './CompanySwitch.module.css';

const PARK = 'park';

/** For whom the person acts: one of their companies, or the park. With one capacity only it is a text. */
export function CompanySwitch() {
  const { t } = useTranslation();
  const { companies, parkRoles } = useMe();
  const company = useCompany();
  const actFor = useActFor();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
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
  const current = company?.id ?? PARK;
  return (
    <BarPopover
      open={open}
      onOpenChange={setOpen}
      content={
        <ul className={styles['choices']}>
          {choices.map(({ key, label }) => (
            <li key={key}>
              <Button
                type="text"
                className={styles['choice'] ?? ''}
                aria-current={key === current}
                onClick={() => {
                  setOpen(false);
                  void actFor(key === PARK ? undefined : key).then(async () => await navigate({ to: '/' }));
                }}
              >
                <span className="name" dir="auto" title={label}>
                  {label}
                </span>
                {key === current && <CheckOutlined aria-hidden="true" />}
              </Button>
            </li>
          ))}
        </ul>
      }
    >
      <Button type="text" aria-label={t('capacity.switch', { name })} aria-expanded={open}>
        {shown}
        <DownOutlined />
      </Button>
    </BarPopover>
  );
}
