import { useLocation, useNavigate } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMutation } from '@tanstack/react-query';
import { publicApi } from '../../api/client.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Frame } from './Frame.tsx';
import { NewPassword } from './NewPassword.tsx';

/** Chooses a password by a link; without the secret of a link, asks for one by mail. */
export function PasswordPage() {
  const { hash } = useLocation();
  return hash === '' ? <AskForLink /> : <Choose token={hash} />;
}

function Choose({ token }: { readonly token: string }) {
  const { t } = useTranslation('links');
  const navigate = useNavigate();
  const choose = useMutation({
    mutationFn: async ({ password }: { password: string }) => {
      const { error } = await publicApi.POST('/api/v1/auth/password', { body: { token, password } });
      if (error !== undefined) throw error as unknown;
    },
  });
  return (
    <Frame title={t('password.title')}>
      {choose.isSuccess ? (
        <>
          <Alert type="success" showIcon title={t('password.done')} />
          <Button type="primary" block onClick={() => void navigate({ to: '/sign-in', search: {} })}>
            {t('signIn')}
          </Button>
        </>
      ) : (
        <Form<{ password: string }> layout="vertical" requiredMark={false} onFinish={(values) => choose.mutate(values)}>
          <NewPassword error={choose.error} />
          {choose.error !== null && (
            <Form.Item>
              <ErrorNotice error={choose.error} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" block loading={choose.isPending}>
            {t('password.save')}
          </Button>
        </Form>
      )}
    </Frame>
  );
}

function AskForLink() {
  const { t } = useTranslation('links');
  const ask = useMutation({
    mutationFn: async (body: { email: string }) => {
      const { error } = await publicApi.POST('/api/v1/auth/password-link', { body });
      if (error !== undefined) throw error as unknown;
    },
  });
  return (
    <Frame title={t('ask.title')} about={t('ask.about')}>
      {ask.isSuccess ? (
        <Alert type="success" showIcon title={t('ask.done')} />
      ) : (
        <Form<{ email: string }> layout="vertical" requiredMark={false} onFinish={(values) => ask.mutate(values)}>
          <Form.Item name="email" label={t('ask.email')} rules={[{ required: true, type: 'email', message: t('ask.emailMissing') }]}>
            <Input type="email" autoComplete="username" autoFocus />
          </Form.Item>
          {ask.error !== null && (
            <Form.Item>
              <ErrorNotice error={ask.error} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" block loading={ask.isPending}>
            {t('ask.send')}
          </Button>
        </Form>
      )}
    </Frame>
  );
}
