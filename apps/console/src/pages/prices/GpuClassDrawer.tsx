import { App, Button, Drawer, Form, Input, InputNumber, Switch } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { labelsOf, textOfLabels } from './labels.ts';
import type { GpuClass } from './PricesPage.tsx';

interface Fields {
  readonly code: string;
  readonly name: string;
  readonly vendor: string;
  readonly resourceName: string;
  readonly labels: string;
  readonly gpusPerNode: number;
  readonly weight: number;
  readonly active: boolean;
}

const POINTERS = ['/code', '/name', '/vendor', '/resourceName', '/nodeSelector', '/gpusPerNode', '/weight'] as const;

/** Adds a GPU class, or changes one. The next attempts of jobs use a change. */
export function GpuClassDrawer({ gpuClass, onClose }: { readonly gpuClass?: GpuClass; readonly onClose: () => void }) {
  const { t } = useTranslation('prices');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const key = useRef(crypto.randomUUID());
  const options = {
    onSuccess: () => {
      void message.success(t('saved'));
      void outdate('/api/v1/gpu-classes', '/api/v1/setup');
      onClose();
    },
    onError: () => void outdate('/api/v1/gpu-classes'),
  };
  const add = $api.useMutation('post', '/api/v1/gpu-classes', options);
  const change = $api.useMutation('patch', '/api/v1/gpu-classes/{code}', options);
  const { error, isPending } = gpuClass === undefined ? add : change;
  const save = ({ code, labels, ...fields }: Fields): void => {
    const body = { ...fields, nodeSelector: labelsOf(labels) ?? {} };
    if (gpuClass === undefined) add.mutate({ params: { header: { 'Idempotency-Key': key.current } }, body: { code, ...body } });
    else change.mutate({ params: { path: { code: gpuClass.code }, header: { 'If-Match': `"${gpuClass.version}"` } }, body });
  };
  const required = [{ required: true, message: t('required') }];
  return (
    <Drawer
      open
      size={480}
      title={gpuClass === undefined ? t('add') : t('edit', { name: gpuClass.name })}
      onClose={onClose}
      extra={
        <Button type="primary" loading={isPending} onClick={() => form.submit()}>
          {t('save')}
        </Button>
      }
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        disabled={isPending}
        onFinish={save}
        initialValues={
          gpuClass === undefined
            ? { vendor: 'nvidia', resourceName: 'nvidia.com/gpu', gpusPerNode: 8, weight: 1, active: true, labels: '' }
            : { ...gpuClass, labels: textOfLabels(gpuClass.nodeSelector) }
        }
      >
        {error !== null && POINTERS.every((pointer) => faultOf(error, pointer) === undefined) && (
          <Form.Item>
            <ErrorNotice error={error} kept={t('kept')} />
          </Form.Item>
        )}
        <Form.Item name="code" label={t('column.code')} rules={required} extra={t('codeHint')} {...faultProps(error, '/code')}>
          <Input disabled={gpuClass !== undefined} maxLength={40} />
        </Form.Item>
        <Form.Item name="name" label={t('column.name')} rules={required} {...faultProps(error, '/name')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="vendor" label={t('column.vendor')} rules={required} extra={t('vendorHint')} {...faultProps(error, '/vendor')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item
          name="resourceName"
          label={t('column.resource')}
          rules={required}
          extra={t('resourceHint')}
          {...faultProps(error, '/resourceName')}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item
          name="labels"
          label={t('column.labels')}
          extra={t('labelsHint')}
          rules={[
            {
              validator: async (_rule, value: string | undefined) => {
                if (labelsOf(value ?? '') === undefined) throw new Error(t('labelsWrong'));
                await Promise.resolve();
              },
            },
          ]}
          {...faultProps(error, '/nodeSelector')}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} className="mono" placeholder="speedspace.io/gpu-class=h800" />
        </Form.Item>
        <Form.Item name="gpusPerNode" label={t('column.gpusPerNode')} rules={required} {...faultProps(error, '/gpusPerNode')}>
          <InputNumber min={1} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="weight" label={t('column.weight')} rules={required} extra={t('weightHint')} {...faultProps(error, '/weight')}>
          <InputNumber min={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="active" label={t('column.active')} valuePropName="checked" extra={t('activeHint')}>
          <Switch />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
