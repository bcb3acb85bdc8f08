import { useMutation } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { formatFen } from '../../app/format.ts';
import { AmountInput } from '../../components/AmountInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { Transfer } from './transfer-data.ts';

export type Answer = 'confirm' | 'reject' | 'reverse';

interface Fields {
  readonly text?: string;
  readonly amount?: number;
}

interface AnswerTransferProps {
  readonly transfer: Transfer;
  readonly answer: Answer;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Confirms, rejects or reverses a bank transfer, after it says what will happen. */
export function AnswerTransfer({ transfer, answer, onClose, onDone }: AnswerTransferProps) {
  const { t } = useTranslation('transfers');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const key = useRef(crypto.randomUUID());
  const { mutate, error, isPending } = useMutation({
    mutationFn: async (fields: Fields) => await send(transfer, answer, fields, key.current),
    onSuccess: () => {
      void message.success(t(`${answer}.done`));
      onDone();
    },
    onSettled: () => void outdate('/api/v1/transfers', '/api/v1/companies', '/api/v1/decisions', '/api/v1/months'),
  });
  const left = transfer.amountFen - transfer.reversedFen;
  const needsReason = answer !== 'confirm';
  return (
    <Modal
      open
      title={t(`${answer}.title`, { reference: transfer.reference })}
      okText={t(`${answer}.submit`)}
      okButtonProps={{ danger: answer !== 'confirm' }}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft" style={{ marginBottom: 16 }}>
        {t(`${answer}.effect`, { amount: formatFen(left) })}
      </p>
      <Form<Fields> form={form} layout="vertical" initialValues={{ amount: left }} onFinish={(fields) => mutate(fields)}>
        {answer === 'reverse' && (
          <Form.Item
            name="amount"
            label={t('reverse.amount')}
            rules={[{ required: true, message: t('required') }]}
            {...faultProps(error, '/amountFen')}
          >
            <AmountInput unit="CNY" />
          </Form.Item>
        )}
        <Form.Item
          name="text"
          label={needsReason ? t('column.reason') : t('column.comment')}
          rules={needsReason ? [{ required: true, whitespace: true, message: t('required') }] : []}
          {...faultProps(error, '/reason')}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={1000} autoFocus={answer !== 'reverse'} />
        </Form.Item>
        {error !== null && faultOf(error, '/amountFen') === undefined && faultOf(error, '/reason') === undefined && (
          <ErrorNotice error={error} kept={t('kept')} />
        )}
      </Form>
    </Modal>
  );
}

async function send(transfer: Transfer, answer: Answer, { text = '', amount }: Fields, key: string): Promise<void> {
  const path = { id: transfer.companyId, transfer: transfer.id };
  const { error } = await (answer === 'confirm'
    ? api.POST('/api/v1/companies/{id}/transfers/{transfer}/confirmation', {
        params: { path },
        body: { ...(text.trim() !== '' && { comment: text }) },
      })
    : answer === 'reject'
      ? api.POST('/api/v1/companies/{id}/transfers/{transfer}/rejection', { params: { path }, body: { reason: text } })
      : api.POST('/api/v1/companies/{id}/transfers/{transfer}/reversal', {
          params: { path, header: { 'Idempotency-Key': key } },
          body: {
            reason: text,
            ...(amount !== undefined && amount !== transfer.amountFen - transfer.reversedFen && { amountFen: amount }),
          },
        }));
  if (error !== undefined) throw error as unknown;
}
