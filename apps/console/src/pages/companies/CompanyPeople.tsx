import { DeleteOutlined, MailOutlined } from '@ant-design/icons';
import { App, Button, Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { useMay, useMe } from '../../api/session.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './companies.module.css';
import { InvitationLink } from './InvitationLink.tsx';

interface OfCompany {
  readonly companyId: string;
}

/** Who belongs to the company, and who is invited. */
export function Members({ companyId }: OfCompany) {
  const { t } = useTranslation(['companies', 'common']);
  const { modal } = App.useApp();
  const outdate = useOutdate();
  const mayManage = useMay('member.manage');
  const [inviting, setInviting] = useState(false);
  const path = { id: companyId };
  const members = $api.useQuery('get', '/api/v1/companies/{id}/members', { params: { path } });
  const invitations = $api.useQuery('get', '/api/v1/companies/{id}/invitations', { params: { path } }, { enabled: mayManage });
  const revoke = $api.useMutation('delete', '/api/v1/companies/{id}/invitations/{invitation}', {
    onSuccess: async () => await outdate('/api/v1/companies/{id}/invitations'),
  });
  const me = useMe();
  const setRole = $api.useMutation('put', '/api/v1/companies/{id}/members/{user}', {
    onSettled: async () => await outdate('/api/v1/companies/{id}/members'),
  });
  const remove = $api.useMutation('delete', '/api/v1/companies/{id}/members/{user}', {
    onSuccess: async () => await outdate('/api/v1/companies/{id}/members'),
  });
  const fault = setRole.error ?? remove.error;
  const invite = (
    <Button icon={<MailOutlined />} onClick={() => setInviting(true)}>
      {t('invite.open')}
    </Button>
  );
  return (
    <Section title={t('members.title')} flush actions={mayManage && invite}>
      {fault !== null && <ErrorNotice error={fault} />}
      {members.error !== null && members.data === undefined ? (
        <ErrorNotice error={members.error} onRetry={() => void members.refetch()} />
      ) : members.data === undefined ? (
        <Loading lines={3} />
      ) : members.data.items.length === 0 && (invitations.data?.items.length ?? 0) === 0 ? (
        <Empty title={t('members.none')} hint={t('members.noneHint')} action={mayManage ? invite : undefined} />
      ) : (
        <ul className={`lines ${styles['rows']}`}>
          {members.data.items.map(({ userId, name, email, role, since }) => (
            <li key={userId}>
              <strong className="name" dir="auto" title={name}>
                {name}
              </strong>
              <span className="name" title={email}>
                {email}
              </span>
              {mayManage && userId !== me.id ? (
                <Select
                  aria-label={t('members.roleOf', { name })}
                  value={role}
                  options={(['owner', 'engineer'] as const).map((value) => ({ value, label: t(`common:role.${value}`) }))}
                  onChange={(next) => setRole.mutate({ params: { path: { id: companyId, user: userId } }, body: { role: next } })}
                />
              ) : (
                <span>{t(`common:role.${role}`)}</span>
              )}
              <span className="soft">
                <Instant at={since} precision="day" />
              </span>
              {mayManage && userId !== me.id && (
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('members.remove', { name })}
                  onClick={() =>
                    void modal.confirm({
                      title: t('members.remove', { name }),
                      content: t('members.removeEffect'),
                      okButtonProps: { danger: true },
                      onOk: async () => {
                        await remove.mutateAsync({ params: { path: { id: companyId, user: userId } } }).catch(() => undefined);
                      },
                    })
                  }
                />
              )}
            </li>
          ))}
          {invitations.data?.items.map(({ id, email, role, expiresAt }) => (
            <li key={id}>
              <span className="soft">{t('invite.waiting')}</span>
              <span className="name" title={email}>
                {email}
              </span>
              <span>{t(`common:role.${role}`)}</span>
              <span className="soft">
                {t('invite.until')} <Instant at={expiresAt} precision="day" />
              </span>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('invite.revoke', { email })}
                onClick={() =>
                  void modal.confirm({
                    title: t('invite.revoke', { email }),
                    content: t('invite.revokeEffect'),
                    okButtonProps: { danger: true },
                    onOk: async () => await revoke.mutateAsync({ params: { path: { id: companyId, invitation: id } } }),
                  })
                }
              />
            </li>
          ))}
        </ul>
      )}
      {inviting && <InviteModal companyId={companyId} onClose={() => setInviting(false)} />}
    </Section>
  );
}

function InviteModal({ companyId, onClose }: OfCompany & { readonly onClose: () => void }) {
  const { t } = useTranslation(['companies', 'common']);
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<{ email: string; role: 'owner' | 'engineer' }>();
  const { mutate, error, isPending, data } = $api.useMutation('post', '/api/v1/companies/{id}/invitations', {
    onSuccess: ({ link, email }) => {
      void outdate('/api/v1/companies/{id}/invitations', '/api/v1/setup');
      if (link !== undefined) return;
      void message.success(t('invite.mailed', { email }));
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('invite.open')}
      okText={t('invite.send')}
      confirmLoading={isPending}
      {...(data !== undefined && { footer: null })}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {data?.link !== undefined ? (
        <InvitationLink link={data.link} />
      ) : (
        <Form
          form={form}
          layout="vertical"
          initialValues={{ role: 'owner' }}
          onFinish={(body) => mutate({ params: { path: { id: companyId } }, body })}
        >
          <Form.Item
            name="email"
            label={t('invite.email')}
            rules={[
              { required: true, message: t('required') },
              { type: 'email', message: t('emailWrong') },
            ]}
            {...faultProps(error, '/email')}
          >
            <Input type="email" autoComplete="off" autoFocus />
          </Form.Item>
          <Form.Item name="role" label={t('invite.role')}>
            <Radio.Group
              options={[
                { value: 'owner', label: t('common:role.owner') },
                { value: 'engineer', label: t('common:role.engineer') },
              ]}
            />
          </Form.Item>
          {error !== null && faultOf(error, '/email') === undefined && <ErrorNotice error={error} kept={t('kept')} />}
        </Form>
      )}
    </Modal>
  );
}
