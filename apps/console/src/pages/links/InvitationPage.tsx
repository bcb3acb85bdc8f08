import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { api, publicApi } from '../../api/client.ts';
import { faultProps } from '../../api/problem.ts';
import { useSessionState } from '../../api/session.ts';
import { keepTokens } from '../../api/token.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { SignInForm } from '../sign-in/SignInForm.tsx';
import { Frame } from './Frame.tsx';
import { NewPassword } from './NewPassword.tsx';

type Invitation = components['schemas']['InvitationView'];

/** Accepts an invitation by its link: with a new account, or with the account that the address has. */
export function InvitationPage() {
  const { t } = useTranslation(['links', 'common']);
  const { hash: token } = useLocation();
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: async () => {
      const { data, error } = await publicApi.POST('/api/v1/invitations/view', { body: { token } });
      if (data === undefined) throw error as unknown;
      return data;
    },
    enabled: token !== '',
    staleTime: Infinity,
  });
  const { data } = invitation;
  const about = data && t('invitation.about', { company: data.companyName, role: t(`common:role.${data.role}`), email: data.email });
  return (
    <Frame title={t('invitation.title')} about={about}>
      {token === '' ? (
        <Alert type="warning" showIcon title={t('invitation.incomplete')} />
      ) : invitation.error !== null ? (
        <ErrorNotice error={invitation.error} onRetry={() => void invitation.refetch()} />
      ) : data === undefined ? (
        <Loading lines={3} />
      ) : data.hasAccount ? (
        <WithAccount token={token} invitation={data} />
      ) : (
        <NewAccount token={token} />
      )}
    </Frame>
  );
}

function useEnter(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'invitation' });
    await navigate({ to: '/' });
  };
}

function NewAccount({ token }: { readonly token: string }) {
  const { t } = useTranslation('links');
  const enter = useEnter();
  const accept = useMutation({
    mutationFn: async ({ name, password }: { name: string; password: string }) => {
      const made = await publicApi.POST('/api/v1/invitations/accept', { body: { token, name, password } });
      if (made.data === undefined) throw made.error as unknown;
      const { email } = made.data;
      const signedIn = await publicApi.POST('/api/v1/auth/sign-in', { body: { email, password, keepIn: 'cookie' } });
      if (signedIn.data === undefined) throw signedIn.error as unknown;
      keepTokens(signedIn.data);
    },
    onSuccess: enter,
  });
  return (
    <Form<{ name: string; password: string }> layout="vertical" requiredMark={false} onFinish={(values) => accept.mutate(values)}>
      <Form.Item
        name="name"
        label={t('invitation.name')}
        rules={[{ required: true, whitespace: true, message: t('invitation.nameMissing') }]}
        {...faultProps(accept.error, '/name')}
      >
        <Input autoComplete="name" maxLength={100} autoFocus />
      </Form.Item>
      <NewPassword error={accept.error} />
      {accept.error !== null && (
        <Form.Item>
          <ErrorNotice error={accept.error} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" block loading={accept.isPending}>
        {t('invitation.accept')}
      </Button>
    </Form>
  );
}

function WithAccount({ token, invitation }: { readonly token: string; readonly invitation: Invitation }) {
  const { t } = useTranslation('links');
  const state = useSessionState();
  const enter = useEnter();
  const accept = useMutation({
    mutationFn: async () => {
      const { error } = await api.POST('/api/v1/me/invitations', { body: { token } });
      if (error !== undefined) throw error as unknown;
    },
    onSuccess: enter,
  });
  if (state === undefined) return <Loading lines={2} />;
  if (state !== 'signed-in') {
    return (
      <>
        <p>{t('invitation.signInFirst')}</p>
        <SignInForm email={invitation.email} />
      </>
    );
  }
  return (
    <>
      {accept.error !== null && <ErrorNotice error={accept.error} />}
      <Button type="primary" block loading={accept.isPending} onClick={() => accept.mutate()}>
        {t('invitation.accept')}
      </Button>
    </>
  );
}
