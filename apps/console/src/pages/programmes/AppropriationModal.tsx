import { App, Form, Input, Modal } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Programme } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { AmountInput } from '../../components/AmountInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';

interface Fields {
  readonly amount: number;
  readonly reference?: string;
}

/** Records money or GPU time that the funder gave to a programme. */
export function AppropriationModal({ programme, onClose }: { readonly programme: Programme; readonly onClose: () => void }) {
  const { t } = useTranslation('programmes');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const key = useRef(crypto.randomUUID());
  const { mutate, error, isPending } = $api.useMutation('post', '/api/v1/programmes/{id}/appropriations', {
    onSuccess: () => {
      void message.success(t('appropriate.done'));
      void outdate('/api/v1/programmes');
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('appropriate.title', { name: programme.name })}
      okText={t('appropriate.submit')}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft">{t('appropriate.hint')}</p>
      <Form<Fields>
        form={form}
        layout="vertical"
        onFinish={({ amount, reference = '' }) =>
          mutate({
            params: { path: { id: programme.id }, header: { 'Idempotency-Key': key.current } },
            body: { amount, ...(reference.trim() !== '' && { reference }) },
          })
        }
      >
        <Form.Item
          name="amount"
          label={t('appropriate.amount')}
          rules={[{ required: true, message: t('form.required') }]}
          {...faultProps(error, '/amount')}
        >
          <AmountInput unit={programme.unit} />
        </Form.Item>
        <Form.Item name="reference" label={t('appropriate.reference')} {...faultProps(error, '/reference')}>
          <Input maxLength={200} />
        </Form.Item>
        {error !== null && faultOf(error, '/amount') === undefined && <ErrorNotice error={error} kept={t('form.kept')} />}
      </Form>
    </Modal>
  );
}
