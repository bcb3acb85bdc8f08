import { App, Form, Input, Modal } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { Checklist } from './month-data.ts';

interface RequestClosingProps {
  readonly month: string;
  readonly checklist: Checklist;
  readonly onClose: () => void;
}

/** Requests the closing of a month, with a reason where its checklist asks for attention. */
export function RequestClosing({ month, checklist, onClose }: RequestClosingProps) {
  const { t } = useTranslation('months');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<{ reason?: string }>();
  const key = useRef(crypto.randomUUID());
  const { mutate, error, isPending } = $api.useMutation('post', '/api/v1/months/{month}/closing', {
    onSuccess: () => {
      void message.success(t('request.done'));
      void outdate('/api/v1/months', '/api/v1/decisions');
      onClose();
    },
    onError: () => void outdate('/api/v1/months'),
  });
  const needsReason = checklist.items.some(({ state }) => state === 'attention');
  return (
    <Modal
      open
      title={t('request.title', { month })}
      okText={t('request.submit')}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft" style={{ marginBottom: 16 }}>
        {t('request.effect')}
      </p>
      <Form
        form={form}
        layout="vertical"
        onFinish={({ reason = '' }) =>
          mutate({
            params: { path: { month }, header: { 'Idempotency-Key': key.current } },
            body: { ...(reason.trim() !== '' && { reason }) },
          })
        }
      >
        <Form.Item
          name="reason"
          label={needsReason ? t('request.reasonNeeded') : t('request.reason')}
          rules={needsReason ? [{ required: true, whitespace: true, message: t('request.reasonMissing') }] : []}
          {...faultProps(error, '/reason')}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={1000} autoFocus />
        </Form.Item>
        {error !== null && faultOf(error, '/reason') === undefined && <ErrorNotice error={error} kept={t('kept')} />}
      </Form>
    </Modal>
  );
}
