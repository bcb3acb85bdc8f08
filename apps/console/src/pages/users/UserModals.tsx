import { Alert, App, Checkbox, Form, Input, Modal, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { User } from './UsersPage.tsx';

interface OfUser {
  readonly user: User;
  readonly onClose: () => void;
}

const ROLES = ['reviewer', 'administrator', 'finance', 'auditor', 'operator'] as const;

/** Ends a dialogue: what was done, and the accounts read anew. */
function useDone(onClose: () => void): (text: string) => void {
  const { message } = App.useApp();
  const outdate = useOutdate();
  return (text) => {
    void message.success(text);
    void outdate('/api/v1/users', '/api/v1/decisions');
    onClose();
  };
}

export function CreateUserModal({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('users');
  const outdate = useOutdate();
  const done = useDone(onClose);
  const [form] = Form.useForm<{ email: string; name: string }>();
  const { mutate, error, isPending, data } = $api.useMutation('post', '/api/v1/users', {
    onSuccess: ({ link }) => {
      if (link === undefined) done(t('create.mailed'));
      else void outdate('/api/v1/users');
    },
  });
  const required = { required: true, whitespace: true, message: t('required') };
  return (
    <Modal
      open
      title={t('create.open')}
      okText={t('create.submit')}
      confirmLoading={isPending}
      {...(data !== undefined && { footer: null })}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {data?.link !== undefined ? (
        <Alert
          type="warning"
          showIcon
          title={t('create.handOn')}
          description={
            <Typography.Paragraph code copyable style={{ overflowWrap: 'anywhere' }}>
              {data.link}
            </Typography.Paragraph>
          }
        />
      ) : (
        <Form form={form} layout="vertical" onFinish={(body) => mutate({ body })}>
          <Form.Item name="name" label={t('column.name')} rules={[required]} {...faultProps(error, '/name')}>
            <Input maxLength={100} autoFocus />
          </Form.Item>
          <Form.Item
            name="email"
            label={t('column.email')}
            rules={[required, { type: 'email', message: t('emailWrong') }]}
            {...faultProps(error, '/email')}
          >
            <Input type="email" autoComplete="off" />
          </Form.Item>
          {error !== null && faultOf(error, '/email') === undefined && faultOf(error, '/name') === undefined && (
            <ErrorNotice error={error} kept={t('kept')} />
          )}
        </Form>
      )}
    </Modal>
  );
}

/** Roles for the park. Another administrator confirms them before they take effect. */
export function RolesModal({ user, onClose }: OfUser) {
  const { t } = useTranslation(['users', 'common']);
  const done = useDone(onClose);
  const [form] = Form.useForm<{ parkRoles: User['parkRoles'] }>();
  const { mutate, error, isPending } = $api.useMutation('put', '/api/v1/users/{id}/roles', {
    onSuccess: ({ decision }) => done(t(decision === undefined ? 'saved' : 'roles.waits')),
  });
  return (
    <Modal
      open
      title={t('roles.title', { name: user.name })}
      okText={t('save')}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft" style={{ marginBottom: 16 }}>
        {t('roles.effect')}
      </p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ parkRoles: user.parkRoles }}
        onFinish={(body) => mutate({ params: { path: { id: user.id } }, body })}
      >
        <Form.Item name="parkRoles" label={t('column.roles')}>
          <Checkbox.Group options={ROLES.map((role) => ({ value: role, label: t(`common:role.${role}`) }))} />
        </Form.Item>
        {error !== null && <ErrorNotice error={error} kept={t('kept')} />}
      </Form>
    </Modal>
  );
}

export function StatusModal({ user, onClose }: OfUser) {
  const { t } = useTranslation('users');
  const done = useDone(onClose);
  const disables = user.status === 'active';
  const { mutate, error, isPending } = $api.useMutation('put', '/api/v1/users/{id}/status', { onSuccess: () => done(t('saved')) });
  return (
    <Asked
      title={t(disables ? 'disable.title' : 'enable.title', { name: user.name })}
      effect={t(disables ? 'disable.effect' : 'enable.effect')}
      okText={t(disables ? 'disable.open' : 'enable.open')}
      danger={disables}
      pending={isPending}
      error={error}
      onOk={() => mutate({ params: { path: { id: user.id } }, body: { status: disables ? 'disabled' : 'active' } })}
      onClose={onClose}
    />
  );
}

export function UnlockModal({ user, onClose }: OfUser) {
  const { t } = useTranslation('users');
  const done = useDone(onClose);
  const { mutate, error, isPending } = $api.useMutation('post', '/api/v1/users/{id}/unlock', { onSuccess: () => done(t('unlock.done')) });
  return (
    <Asked
      title={t('unlock.title', { name: user.name })}
      effect={t('unlock.effect')}
      okText={t('unlock.open')}
      pending={isPending}
      error={error}
      onOk={() => mutate({ params: { path: { id: user.id } } })}
      onClose={onClose}
    />
  );
}

interface AskedProps {
  readonly title: string;
  readonly effect: ReactNode;
  readonly okText: string;
  readonly danger?: boolean;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onOk: () => void;
  readonly onClose: () => void;
}

function Asked({ title, effect, okText, danger = false, pending, error, onOk, onClose }: AskedProps) {
  return (
    <Modal open title={title} okText={okText} okButtonProps={{ danger }} confirmLoading={pending} onOk={onOk} onCancel={onClose}>
      <p>{effect}</p>
      {error !== null && <ErrorNotice error={error} />}
    </Modal>
  );
}

/** An administrator says how they know that an account is that person's. */
export function VouchModal({ user, onClose }: OfUser) {
  const { t } = useTranslation('users');
  const done = useDone(onClose);
  const [form] = Form.useForm<{ reason: string }>();
  const { mutate, error, isPending } = $api.useMutation('post', '/api/v1/users/{id}/vouch', { onSuccess: () => done(t('vouch.done')) });
  return (
    <Modal
      open
      title={t('vouch.title', { name: user.name })}
      okText={t('vouch.open')}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft" style={{ marginBottom: 16 }}>
        {t('vouch.effect')}
      </p>
      <Form form={form} layout="vertical" onFinish={(body) => mutate({ params: { path: { id: user.id } }, body })}>
        <Form.Item
          name="reason"
          label={t('vouch.reason')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
          {...faultProps(error, '/reason')}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} autoFocus />
        </Form.Item>
        {error !== null && faultOf(error, '/reason') === undefined && <ErrorNotice error={error} kept={t('kept')} />}
      </Form>
    </Modal>
  );
}
