import { App, Form, Modal } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { formatDay, startOfDay } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { AmountInput } from '../../components/AmountInput.tsx';
import { DayInput } from '../../components/DayInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Money } from '../../components/Money.tsx';
import type { GpuClass } from './PricesPage.tsx';

const DAY_MS = 86_400_000;

/** Announces a price of a class from a day on. What was used before keeps its price. */
export function PriceModal({ gpuClass, onClose }: { readonly gpuClass: GpuClass; readonly onClose: () => void }) {
  const { t } = useTranslation('prices');
  const { message } = App.useApp();
  const { timeZone } = useMe();
  const outdate = useOutdate();
  const tomorrow = formatDay(useNow() + DAY_MS, timeZone);
  const [form] = Form.useForm<{ fenPerGpuHour: number; day: string }>();
  const key = useRef(crypto.randomUUID());
  const { mutate, error, isPending } = $api.useMutation('post', '/api/v1/gpu-classes/{code}/prices', {
    onSuccess: () => {
      void message.success(t('price.done'));
      void outdate('/api/v1/gpu-classes', '/api/v1/setup');
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('price.title', { name: gpuClass.name })}
      okText={t('price.submit')}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Facts facts={[{ label: t('price.present'), value: <Money fen={gpuClass.listPriceFen} /> }]} />
      <p className="soft" style={{ margin: '16px 0' }}>
        {t('price.effect')}
      </p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ day: tomorrow }}
        onFinish={({ fenPerGpuHour, day }) =>
          mutate({
            params: { path: { code: gpuClass.code }, header: { 'Idempotency-Key': key.current } },
            body: { fenPerGpuHour, from: startOfDay(day, timeZone) },
          })
        }
      >
        <Form.Item
          name="fenPerGpuHour"
          label={t('price.amount')}
          rules={[{ required: true, message: t('required') }]}
          {...faultProps(error, '/fenPerGpuHour')}
        >
          <AmountInput unit="CNY" autoFocus />
        </Form.Item>
        <Form.Item name="day" label={t('price.from')} rules={[{ required: true, message: t('required') }]} {...faultProps(error, '/from')}>
          <DayInput allowClear={false} />
        </Form.Item>
        {error !== null && faultOf(error, '/from') === undefined && faultOf(error, '/fenPerGpuHour') === undefined && (
          <ErrorNotice error={error} kept={t('kept')} />
        )}
      </Form>
    </Modal>
  );
}
