import { CheckCircleOutlined, MoreOutlined, PlusOutlined, QuestionCircleOutlined, StopOutlined } from '@ant-design/icons';
import { useSearch } from '@tanstack/react-router';
import { Button, Dropdown, Input } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { CreateUserModal, RolesModal, StatusModal, UnlockModal, VouchModal } from './UserModals.tsx';

export type User = components['schemas']['User'];
type Act = 'roles' | 'status' | 'unlock' | 'vouch';

const PAGE = 100;

/** The accounts of the park and its companies: roles for the park, and what an administrator does about an account. */
export function UsersPage() {
  const { t } = useTranslation('users');
  const { search } = useSearch({ from: '/shell/users' });
  const [, change] = useViewState();
  const [creating, setCreating] = useState(false);
  const [acting, setActing] = useState<{ readonly user: User; readonly act: Act }>();
  const query = { limit: PAGE, ...(search !== undefined && { search }) };
  const users = useListed($api.useInfiniteQuery('get', '/api/v1/users', { params: { query } }, PAGES));
  const columns = useColumns((user, act) => setActing({ user, act }));
  const close = (): void => setActing(undefined);
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
      {t('create.open')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('about')} actions={create} />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          {...users}
          rowKey={({ id }) => id}
          empty={<Empty title={t('empty')} action={create} />}
          filters={
            <Input.Search
              allowClear
              aria-label={t('filter')}
              placeholder={t('filter')}
              defaultValue={search}
              onSearch={(typed) => change({ search: typed === '' ? undefined : typed })}
              style={{ width: 240 }}
            />
          }
        />
      </Section>
      {creating && <CreateUserModal onClose={() => setCreating(false)} />}
      {acting?.act === 'roles' && <RolesModal user={acting.user} onClose={close} />}
      {acting?.act === 'status' && <StatusModal user={acting.user} onClose={close} />}
      {acting?.act === 'unlock' && <UnlockModal user={acting.user} onClose={close} />}
      {acting?.act === 'vouch' && <VouchModal user={acting.user} onClose={close} />}
    </>
  );
}

function useColumns(onAct: (user: User, act: Act) => void): Column<User>[] {
  const { t } = useTranslation(['users', 'common']);
  return useMemo(() => {
    const rolesOf = ({ parkRoles }: User) => parkRoles.map((role) => t(`common:role.${role}`)).join(t('common:separator'));
    return [
      {
        key: 'name',
        title: t('column.name'),
        always: true,
        width: 150,
        render: ({ name }) => (
          <span className="name" dir="auto" title={name}>
            {name}
          </span>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'email',
        title: t('column.email'),
        width: 220,
        render: ({ email }) => (
          <span className="name" title={email}>
            {email}
          </span>
        ),
        value: ({ email }) => email,
      },
      {
        key: 'roles',
        title: t('column.roles'),
        width: 150,
        render: (user) => rolesOf(user) || <span className="soft">—</span>,
        value: rolesOf,
      },
      {
        key: 'status',
        title: t('column.status'),
        width: 100,
        render: ({ status }) => (
          <StateTag
            tone={status === 'active' ? 'success' : 'neutral'}
            icon={status === 'active' ? <CheckCircleOutlined /> : <StopOutlined />}
          >
            {t(`status.${status}`)}
          </StateTag>
        ),
        value: ({ status }) => t(`status.${status}`),
      },
      {
        key: 'proven',
        title: t('column.proven'),
        width: 150,
        render: ({ emailProvenBy }) =>
          emailProvenBy === null ? (
            <StateTag tone="warning" icon={<QuestionCircleOutlined />}>
              {t('proven.none')}
            </StateTag>
          ) : (
            t(`proven.${emailProvenBy}`)
          ),
        value: ({ emailProvenBy }) => t(`proven.${emailProvenBy ?? 'none'}`),
      },
      {
        key: 'totp',
        title: t('column.totp'),
        width: 110,
        render: ({ hasTotp }) => t(hasTotp ? 'yes' : 'no'),
        value: ({ hasTotp }) => t(hasTotp ? 'yes' : 'no'),
      },
      {
        key: 'createdAt',
        title: t('column.createdAt'),
        width: 130,
        optional: true,
        render: ({ createdAt }) => <Instant at={createdAt} precision="day" />,
        value: ({ createdAt }) => createdAt,
      },
      { key: 'id', title: t('column.id'), width: 140, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
      {
        key: 'actions',
        title: t('column.actions'),
        width: 80,
        always: true,
        render: (user) => (
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'roles', label: t('roles.open') },
                ...(user.emailProvenBy === null ? [{ key: 'vouch', label: t('vouch.open') }] : []),
                { key: 'unlock', label: t('unlock.open') },
                { key: 'status', danger: user.status === 'active', label: t(user.status === 'active' ? 'disable.open' : 'enable.open') },
              ],
              onClick: ({ key }) => onAct(user, key as Act),
            }}
          >
            <Button type="text" size="small" icon={<MoreOutlined />} aria-label={t('actionsOf', { name: user.name })} />
          </Dropdown>
        ),
      },
    ];
  }, [t, onAct]);
}
