import { useMutation } from '@tanstack/react-query';
import { App, Drawer, Button, Form, Input, Radio, Select } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { formatDay } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { AmountInput } from '../../components/AmountInput.tsx';
import { DayInput } from '../../components/DayInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { ProofInput } from './ProofInput.tsx';
import { addProof, type Transfer } from './transfer-data.ts';

interface Fields {
  readonly direction: Transfer['direction'];
  readonly company: string;
  readonly amount: number;
  readonly reference: string;
  readonly paidOn: string;
  readonly reason?: string;
  readonly proof?: File;
}

const POINTERS = ['/amountFen', '/reference', '/paidOn', '/reason'] as const;

interface RecordTransferProps {
  readonly company: string | undefined;
  readonly onClose: () => void;
}

/** Records a bank transfer into a wallet, or a payment to a company that leaves. A second person confirms it. */
export function RecordTransfer({ company, onClose }: RecordTransferProps) {
  const { t } = useTranslation('transfers');
  const { message } = App.useApp();
  const { timeZone } = useMe();
  const today = formatDay(useNow(), timeZone);
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const isRefund = Form.useWatch('direction', form) === 'out';
  const companies = useCompanies();
  const options = useMemo(
    () =>
      [...(companies?.values() ?? [])]
        .filter(({ status }) => !isRefund || status === 'graduated')
        .map(({ id, name }) => ({ value: id, label: name })),
    [companies, isRefund],
  );
  const key = useRef(crypto.randomUUID());
  // A transfer that was recorded stays recorded where its proof is refused: the next attempt sends the proof only.
  const [recorded, setRecorded] = useState<Transfer>();
  const { mutate, error, isPending } = useMutation({
    mutationFn: async (fields: Fields) => {
      const transfer = recorded ?? (await record(fields, key.current));
      setRecorded(transfer);
      if (fields.proof !== undefined) await addProof(transfer, fields.proof);
    },
    onSuccess: () => {
      void message.success(t('record.done'));
      onClose();
    },
    onSettled: () => void outdate('/api/v1/transfers', '/api/v1/companies', '/api/v1/decisions'),
  });
  const required = [{ required: true, message: t('required') }];
  return (
    <Drawer
      open
      title={t('record.title')}
      size={520}
      onClose={onClose}
      footer={
        <Button type="primary" block loading={isPending} onClick={() => form.submit()}>
          {t('record.submit')}
        </Button>
      }
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ direction: 'in', company, paidOn: today }}
        onFinish={(fields) => mutate(fields)}
      >
        <Form.Item name="direction" label={t('column.direction')}>
          <Radio.Group
            disabled={recorded !== undefined}
            optionType="button"
            options={[
              { value: 'in', label: t('direction.in') },
              { value: 'out', label: t('direction.out') },
            ]}
            onChange={() => form.setFieldValue('company', undefined)}
          />
        </Form.Item>
        {isRefund && (
          <p className="soft" style={{ marginBottom: 16 }}>
            {t('record.outHint')}
          </p>
        )}
        <Form.Item name="company" label={t('column.company')} rules={required}>
          <Select
            disabled={recorded !== undefined}
            showSearch={{ optionFilterProp: 'label' }}
            options={options}
            placeholder={t('record.companyHint')}
            notFoundContent={isRefund ? t('record.nobodyLeaves') : undefined}
          />
        </Form.Item>
        <Form.Item name="amount" label={t('column.amount')} rules={required} {...faultProps(error, '/amountFen')}>
          <AmountInput unit="CNY" disabled={recorded !== undefined} />
        </Form.Item>
        <Form.Item
          name="reference"
          label={t('column.reference')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
          {...faultProps(error, '/reference')}
        >
          <Input maxLength={200} disabled={recorded !== undefined} />
        </Form.Item>
        <Form.Item name="paidOn" label={t('column.paidOn')} rules={required} {...faultProps(error, '/paidOn')}>
          <DayInput latest={today} disabled={recorded !== undefined} />
        </Form.Item>
        {isRefund && (
          <Form.Item
            name="reason"
            label={t('column.reason')}
            rules={[{ required: true, whitespace: true, message: t('required') }]}
            {...faultProps(error, '/reason')}
          >
            <Input.TextArea autoSize={{ minRows: 2 }} maxLength={1000} disabled={recorded !== undefined} />
          </Form.Item>
        )}
        <Form.Item name="proof" label={t('column.proof')} extra={t('proof.hint')} getValueFromEvent={(file: File | undefined) => file}>
          <ProofInput />
        </Form.Item>
        {error !== null && POINTERS.every((pointer) => faultOf(error, pointer) === undefined) && (
          <ErrorNotice error={error} kept={recorded === undefined ? t('kept') : t('record.proofLeft')} />
        )}
      </Form>
    </Drawer>
  );
}

async function record({ direction, company, amount, reference, paidOn, reason = '' }: Fields, key: string): Promise<Transfer> {
  const params = { path: { id: company }, header: { 'Idempotency-Key': key } };
  const bank = { amountFen: amount, reference, paidOn };
  const { data, error } =
    direction === 'in'
      ? await api.POST('/api/v1/companies/{id}/transfers', { params, body: bank })
      : await api.POST('/api/v1/companies/{id}/refunds', { params, body: { ...bank, reason } });
  if (data === undefined) throw error as unknown;
  return data;
}
