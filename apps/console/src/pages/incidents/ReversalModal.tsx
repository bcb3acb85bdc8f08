import { Alert, App, Form, Input, Modal } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultProps } from '../../api/problem.ts';
import { formatGpuHours } from '../../app/format.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { byCompany, type Incident, type Refund } from './affected.ts';
import { CompanyRefunds } from './CompanyRefunds.tsx';

interface ReversalModalProps {
  readonly incident: Incident;
  /** The refunds that are taken back. */
  readonly refunds: readonly Refund[];
  readonly onClose: () => void;
}

/** Proposes to charge again what was refunded by mistake; another operator confirms it. */
export function ReversalModal({ incident, refunds, onClose }: ReversalModalProps) {
  const { t } = useTranslation('incidents');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<{ reason: string }>();
  const key = useRef(crypto.randomUUID());
  const { mutate, error, isPending } = $api.useMutation('post', '/api/v1/incidents/{id}/reversal', {
    onSuccess: () => {
      void message.success(t('reversal.done'));
      void outdate('/api/v1/incidents', '/api/v1/decisions');
      onClose();
    },
  });
  const hours = formatGpuHours(refunds.reduce((sum, { refundedGpuSeconds }) => sum + refundedGpuSeconds, 0));
  return (
    <Modal
      open
      width={600}
      title={t('reversal.title')}
      okText={t('reversal.do')}
      okButtonProps={{ danger: true, disabled: refunds.length === 0 }}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ reason: '' }}
        onFinish={({ reason }) =>
          mutate({
            params: { path: { id: incident.id }, header: { 'Idempotency-Key': key.current } },
            body: { reason: reason.trim(), attempts: refunds.map(({ attempt }) => attempt) },
          })
        }
      >
        <Form.Item>
          <Alert type="warning" showIcon title={t('reversal.effect', { hours, count: refunds.length })} />
        </Form.Item>
        <Form.Item>
          <CompanyRefunds refunds={byCompany(refunds)} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('reversal.reason')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
          {...faultProps(error, '/reason')}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={2_000} />
        </Form.Item>
        {error !== null && <ErrorNotice error={error} kept={t('kept')} />}
      </Form>
    </Modal>
  );
}
