import { CheckCircleOutlined } from '@ant-design/icons';
import { App, Button, Form, Input, QRCode, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultProps } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { QR_COLOURS } from '../../app/tokens.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import styles from './account.module.css';

const ME = '/api/v1/me';

/** The authenticator app: registered by a QR code and a first code, removed by a code. */
export function Totp() {
  const { t } = useTranslation('account');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const { hasTotp } = useMe();
  const [removing, setRemoving] = useState(false);
  const enrol = $api.useMutation('post', '/api/v1/me/totp');
  const confirm = $api.useMutation('post', '/api/v1/me/totp/confirm', {
    onSuccess: async () => {
      enrol.reset();
      void message.success(t('totp.done'));
      await outdate(ME);
    },
  });
  const remove = $api.useMutation('delete', '/api/v1/me/totp', {
    onSuccess: async () => {
      setRemoving(false);
      void message.success(t('totp.removed'));
      await outdate(ME);
    },
  });
  return (
    <Section title={t('totp.title')}>
      {hasTotp ? (
        <div className={styles['form']}>
          <p>
            <StateTag tone="success" icon={<CheckCircleOutlined />}>
              {t('totp.on')}
            </StateTag>
          </p>
          {removing ? (
            <CodeForm
              label={t('totp.remove')}
              busy={remove.isPending}
              error={remove.error}
              onCode={(code) => remove.mutate({ body: { code } })}
            />
          ) : (
            <Button danger onClick={() => setRemoving(true)}>
              {t('totp.remove')}
            </Button>
          )}
        </div>
      ) : enrol.data === undefined ? (
        <div className={styles['form']}>
          <p className="soft">{t('totp.about')}</p>
          {enrol.error !== null && <ErrorNotice error={enrol.error} />}
          <Button loading={enrol.isPending} onClick={() => enrol.mutate({})}>
            {t('totp.add')}
          </Button>
        </div>
      ) : (
        <div className={styles['form']}>
          <p>{t('totp.scan')}</p>
          <div role="img" aria-label={t('totp.code')} className={styles['qr']}>
            <QRCode value={enrol.data.uri} type="svg" {...QR_COLOURS} />
          </div>
          <p className="soft">{t('totp.secret')}</p>
          <Typography.Paragraph code copyable>
            {enrol.data.secret}
          </Typography.Paragraph>
          <CodeForm
            label={t('totp.confirm')}
            busy={confirm.isPending}
            error={confirm.error}
            onCode={(code) => confirm.mutate({ body: { code } })}
          />
        </div>
      )}
    </Section>
  );
}

interface CodeProps {
  readonly label: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onCode: (code: string) => void;
}

function CodeForm({ label, busy, error, onCode }: CodeProps) {
  const { t } = useTranslation('account');
  return (
    <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => onCode(code)}>
      <Form.Item
        name="code"
        label={t('totp.sixDigits')}
        rules={[{ required: true, pattern: /^\d{6}$/, message: t('totp.sixDigitsMissing') }]}
        {...faultProps(error, '/code')}
      >
        <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} />
      </Form.Item>
      {error !== null && (
        <Form.Item>
          <ErrorNotice error={error} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={busy}>
        {label}
      </Button>
    </Form>
  );
}
