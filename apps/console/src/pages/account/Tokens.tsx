import { PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, Checkbox, Form, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { paths } from '#api-client';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultProps } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { endOfDay, formatDay } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { DayInput } from '../../components/DayInput.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './account.module.css';

const TOKENS = '/api/v1/me/tokens';
type Scope = paths[typeof TOKENS]['post']['requestBody']['content']['application/json']['scopes'][number];

const DAY_MS = 86_400_000;
const USUAL_DAYS = 90;

/** Tokens for the command line and for programs. Each is shown once. */
export function Tokens() {
  const { t } = useTranslation('account');
  const { modal } = App.useApp();
  const outdate = useOutdate();
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = $api.useQuery('get', TOKENS);
  const revoke = $api.useMutation('delete', '/api/v1/me/tokens/{id}', { onSuccess: async () => await outdate(TOKENS) });
  const make = (
    <Button icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t('tokens.make')}
    </Button>
  );
  return (
    <Section title={t('tokens.title')} flush actions={make}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={2} />
      ) : data.items.length === 0 ? (
        <Empty title={t('tokens.none')} hint={t('tokens.noneHint')} />
      ) : (
        <ul className={`lines ${styles['rows']}`}>
          {data.items.map(({ id, name, scopes, expiresAt, lastUsedAt }) => (
            <li key={id}>
              <strong className="name" dir="auto" title={name}>
                {name}
              </strong>
              <span className="soft" title={scopes.join('\n')}>
                {t('tokens.scopeCount', { number: scopes.length })}
              </span>
              <span className="soft">
                {t('tokens.until')} <Instant at={expiresAt} precision="day" />
                {lastUsedAt !== null && (
                  <>
                    {' '}
                    · {t('sessions.lastUsed')} <Instant at={lastUsedAt} />
                  </>
                )}
              </span>
              <Button
                danger
                aria-label={t('tokens.revokeNamed', { name })}
                onClick={() =>
                  void modal.confirm({
                    title: t('tokens.revokeNamed', { name }),
                    content: t('tokens.revokeEffect'),
                    okButtonProps: { danger: true },
                    onOk: async () => await revoke.mutateAsync({ params: { path: { id } } }),
                  })
                }
              >
                {t('tokens.revoke')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {making && <MakeToken onClose={() => setMaking(false)} />}
    </Section>
  );
}

interface TokenFields {
  readonly name: string;
  readonly lastDay: string;
  readonly scopes: Scope[];
}

const ABOUT_ACCOUNTS = ['self', 'member.manage', 'user.manage'];

function MakeToken({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('account');
  const outdate = useOutdate();
  const { actions, timeZone } = useMe();
  const now = useNow();
  const [form] = Form.useForm<TokenFields>();
  const { mutate, data, error, isPending } = $api.useMutation('post', TOKENS, { onSuccess: async () => await outdate(TOKENS) });
  const scopes = actions.filter((action) => !ABOUT_ACCOUNTS.includes(action)) as Scope[];
  return (
    <Modal
      open
      title={t('tokens.make')}
      okText={t('tokens.make')}
      confirmLoading={isPending}
      {...(data !== undefined && { footer: null })}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {data === undefined ? (
        <Form<TokenFields>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{
            lastDay: formatDay(now + USUAL_DAYS * DAY_MS, timeZone),
            scopes: scopes.filter((scope) => scope.endsWith('.read')),
          }}
          onFinish={({ name, lastDay, scopes: chosen }) =>
            mutate({ body: { name, scopes: chosen, expiresAt: endOfDay(lastDay, timeZone) } })
          }
        >
          <Form.Item
            name="name"
            label={t('tokens.name')}
            rules={[{ required: true, whitespace: true, message: t('tokens.nameMissing') }]}
            {...faultProps(error, '/name')}
          >
            <Input maxLength={100} autoFocus />
          </Form.Item>
          <Form.Item name="lastDay" label={t('tokens.lastDay')} {...faultProps(error, '/expiresAt')}>
            <DayInput earliest={formatDay(now, timeZone)} allowClear={false} />
          </Form.Item>
          <Form.Item
            name="scopes"
            label={t('tokens.scopes')}
            rules={[{ required: true, message: t('tokens.scopesMissing') }]}
            {...faultProps(error, '/scopes')}
          >
            <Checkbox.Group className={styles['scopes'] ?? ''} options={scopes.map((scope) => ({ value: scope, label: scope }))} />
          </Form.Item>
          {error !== null && <ErrorNotice error={error} />}
        </Form>
      ) : (
        <Alert
          type="warning"
          showIcon
          title={t('tokens.once')}
          description={
            <Typography.Paragraph code copyable className={styles['secret'] ?? ''}>
              {data.token}
            </Typography.Paragraph>
          }
        />
      )}
    </Modal>
  );
}
