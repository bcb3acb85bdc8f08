import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { publicApi } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { keepTokens } from '../../api/token.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';

interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly code?: string;
}

/** Refusals of an account that has an authenticator app. */
const CODE_ASKED = ['sign-in.code-required', 'sign-in.code-refused'];

/** Signs in with a password, and with a code of an authenticator app where the account has one. */
export function SignInForm({ email }: { readonly email?: string }) {
  const { t } = useTranslation('signIn');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const needsCode = isProblem(error) && CODE_ASKED.includes(error.code);
  const signIn = async (credentials: Credentials): Promise<void> => {
    setBusy(true);
    try {
      const answer = await publicApi.POST('/api/v1/auth/sign-in', { body: { ...credentials, keepIn: 'cookie' } });
      if (answer.data === undefined) {
        setError(answer.error);
        return;
      }
      keepTokens(answer.data);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form<Credentials>
      layout="vertical"
      requiredMark={false}
      initialValues={{ email }}
      onFinish={(values) => void signIn(values)}
      disabled={busy}
    >
      <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('emailMissing') }]}>
        <Input type="email" autoComplete="username" autoFocus={email === undefined} disabled={email !== undefined} />
      </Form.Item>
      <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordMissing') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      {needsCode && (
        <Form.Item name="code" label={t('code')} rules={[{ required: true, pattern: /^\d{6}$/, message: t('codeMissing') }]}>
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} autoFocus />
        </Form.Item>
      )}
      {error !== undefined && (
        <Form.Item>
          <ErrorNotice error={error} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" block loading={busy}>
        {t('submit')}
      </Button>
    </Form>
  );
}
