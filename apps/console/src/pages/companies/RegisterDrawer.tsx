import { CheckCircleFilled } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Drawer, Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { creditCodeFault } from '#kernel/browser';
import { $api } from '../../api/client.ts';
import type { Company } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { DayInput } from '../../components/DayInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { InvitationLink } from './InvitationLink.tsx';

interface Fields {
  readonly name: string;
  readonly creditCode: string;
  readonly slug?: string;
  readonly incubationFrom?: string;
  readonly incubationUntil?: string;
  readonly ownerEmail?: string;
}

const POINTERS = ['/name', '/creditCode', '/slug', '/incubationFrom', '/incubationUntil'] as const;

/** Registers a company and invites its owner. The credit code is checked while it is typed. */
export function RegisterDrawer({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('companies');
  const { message } = App.useApp();
  const navigate = useNavigate();
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const typed = Form.useWatch('creditCode', form) as string | undefined;
  const key = useRef(crypto.randomUUID());
  const [registered, setRegistered] = useState<Company>();
  const [link, setLink] = useState<string>();
  const register = $api.useMutation('post', '/api/v1/companies');
  const invite = $api.useMutation('post', '/api/v1/companies/{id}/invitations');
  const done = (company: Company): void => {
    void message.success(t('register.done', { name: company.name }));
    void navigate({ to: '/companies/$id', params: { id: company.id } });
  };
  const save = async ({ name, creditCode, slug = '', incubationFrom, incubationUntil, ownerEmail = '' }: Fields): Promise<void> => {
    const company =
      registered ??
      (await register.mutateAsync({
        params: { header: { 'Idempotency-Key': key.current } },
        body: {
          ...{ name, creditCode },
          ...(slug !== '' && { slug }),
          ...(incubationFrom !== undefined && { incubationFrom }),
          ...(incubationUntil !== undefined && { incubationUntil }),
        },
      }));
    setRegistered(company);
    await outdate('/api/v1/companies', '/api/v1/setup');
    if (ownerEmail === '') {
      done(company);
      return;
    }
    const invitation = await invite.mutateAsync({ params: { path: { id: company.id } }, body: { email: ownerEmail, role: 'owner' } });
    if (invitation.link === undefined) done(company);
    else setLink(invitation.link);
  };
  const error = register.error ?? invite.error;
  const busy = register.isPending || invite.isPending;
  const fault = typed === undefined || typed.trim() === '' ? undefined : (creditCodeFault(typed) ?? 'right');
  const shownAtField =
    POINTERS.some((pointer) => faultOf(register.error, pointer) !== undefined) || faultOf(invite.error, '/email') !== undefined;
  return (
    <Drawer
      open
      size={480}
      title={t('register.open')}
      onClose={onClose}
      extra={
        link === undefined && (
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {t('register.submit')}
          </Button>
        )
      }
    >
      {link !== undefined && registered !== undefined ? (
        <InvitationLink link={link} action={<Button onClick={() => done(registered)}>{t('register.goOn')}</Button>} />
      ) : (
        <Form<Fields>
          form={form}
          layout="vertical"
          disabled={busy}
          // A refusal is shown by `error`.
          onFinish={(fields) => void save(fields).catch(() => undefined)}
        >
          {error !== null && !shownAtField && (
            <Form.Item>
              <ErrorNotice
                error={error}
                kept={registered === undefined ? t('kept') : t('register.registered', { name: registered.name })}
              />
            </Form.Item>
          )}
          <Form.Item
            name="name"
            label={t('column.name')}
            rules={[{ required: true, message: t('required') }]}
            {...faultProps(register.error, '/name')}
          >
            <Input maxLength={200} disabled={registered !== undefined} />
          </Form.Item>
          <Form.Item
            name="creditCode"
            label={t('column.creditCode')}
            required
            rules={[
              {
                validator: async (_rule, value: string | undefined) => {
                  if (value === undefined || value.trim() === '') throw new Error(t('required'));
                  const found = creditCodeFault(value);
                  if (found !== undefined) throw new Error(t(`creditCode.${found}`));
                  await Promise.resolve();
                },
              },
            ]}
            validateTrigger={['onBlur', 'onSubmit']}
            {...(fault !== undefined && fault !== 'right' && (typed?.replaceAll(/[\s-]/g, '').length ?? 0) >= 18
              ? { validateStatus: 'error', help: t(`creditCode.${fault}`) }
              : faultProps(register.error, '/creditCode'))}
          >
            <Input
              className="mono"
              maxLength={40}
              autoComplete="off"
              disabled={registered !== undefined}
              suffix={
                fault === 'right' ? (
                  <CheckCircleFilled style={{ color: 'var(--success)' }} title={t('creditCode.right')} aria-label={t('creditCode.right')} />
                ) : (
                  <span className="soft tabular">{`${typed?.replaceAll(/[\s-]/g, '').length ?? 0}/18`}</span>
                )
              }
            />
          </Form.Item>
          <Form.Item name="slug" label={t('column.slug')} extra={t('register.slugHint')} {...faultProps(register.error, '/slug')}>
            <Input maxLength={40} disabled={registered !== undefined} />
          </Form.Item>
          <Form.Item name="incubationFrom" label={t('facts.incubationFrom')} {...faultProps(register.error, '/incubationFrom')}>
            <DayInput />
          </Form.Item>
          <Form.Item name="incubationUntil" label={t('facts.incubationUntil')} {...faultProps(register.error, '/incubationUntil')}>
            <DayInput />
          </Form.Item>
          <Form.Item
            name="ownerEmail"
            label={t('register.owner')}
            extra={t('register.ownerHint')}
            rules={[{ type: 'email', message: t('emailWrong') }]}
            {...faultProps(invite.error, '/email')}
          >
            <Input type="email" autoComplete="off" />
          </Form.Item>
        </Form>
      )}
    </Drawer>
  );
}
