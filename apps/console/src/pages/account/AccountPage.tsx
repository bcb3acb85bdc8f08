import { App, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { faultProps } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { NewPassword } from '../links/NewPassword.tsx';
import styles from './account.module.css';
import { Sessions } from './Sessions.tsx';
import { Tokens } from './Tokens.tsx';
import { Totp } from './Totp.tsx';

/** One's own account: who one is, the password, the authenticator app, where one is signed in, and personal tokens. */
export function AccountPage() {
  const { t } = useTranslation(['account', 'common']);
  const { name, email, roles, companies, companyId } = useMe();
  const company = companies.find(({ id }) => id === companyId);
  return (
    <>
      <PageHeader title={t('title')} />
      <Section title={t('profile.title')}>
        <Facts
          facts={[
            { label: t('profile.name'), value: name },
            { label: t('profile.email'), value: email },
            { label: t('profile.roles'), value: roles.map((role) => t(`common:role.${role}`)).join(' · ') },
            ...(company === undefined ? [] : [{ label: t('profile.company'), value: company.name }]),
          ]}
        />
      </Section>
      <Password />
      <Totp />
      <Sessions />
      <Tokens />
    </>
  );
}

interface PasswordFields {
  readonly present: string;
  readonly password: string;
}

function Password() {
  const { t } = useTranslation('account');
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordFields>();
  const { mutate, error, isPending } = $api.useMutation('put', '/api/v1/me/password', {
    onSuccess: () => {
      form.resetFields();
      void message.success(t('password.done'));
    },
  });
  return (
    <Section title={t('password.title')}>
      <Form<PasswordFields>
        form={form}
        layout="vertical"
        requiredMark={false}
        className={styles['form'] ?? ''}
        onFinish={({ present, password }) => mutate({ body: { present, password } })}
      >
        <Form.Item
          name="present"
          label={t('password.present')}
          rules={[{ required: true, message: t('password.presentMissing') }]}
          {...faultProps(error, '/present')}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPassword error={error} />
        {error !== null && (
          <Form.Item>
            <ErrorNotice error={error} />
          </Form.Item>
        )}
        <Button htmlType="submit" loading={isPending}>
          {t('password.change')}
        </Button>
      </Form>
    </Section>
  );
}
