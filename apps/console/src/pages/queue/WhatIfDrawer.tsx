import { PlusOutlined } from '@ant-design/icons';
import { Button, Drawer, Form, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { faultProps } from '../../api/problem.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { ChangeFields } from './ChangeFields.tsx';
import styles from './queue.module.css';
import { changeOf, PARK, type TypedChange } from './schedule-change.ts';
import { SimulatedStarts } from './SimulatedStarts.tsx';

const MOST_CHANGES = 20;
const MOST_HOURS = 336;

interface Fields {
  readonly changes: readonly TypedChange[];
  readonly hours: number;
}

interface WhatIfDrawerProps {
  /** Chosen at first. */
  readonly gpuClass: string | undefined;
  readonly onClose: () => void;
}

/** When the waiting jobs would start with other nodes or limits. It changes nothing. */
export function WhatIfDrawer({ gpuClass, onClose }: WhatIfDrawerProps) {
  const { t } = useTranslation('queue');
  const [form] = Form.useForm<Fields>();
  const { mutate, reset, data, error, isPending } = $api.useMutation('post', '/api/v1/schedule/what-if');
  const first: TypedChange = { kind: 'nodes', gpuClass, count: 1, owner: PARK };
  return (
    <Drawer
      open
      size={860}
      title={t('whatIf.title')}
      onClose={onClose}
      footer={
        <div className={styles['foot']}>
          <Button type="primary" loading={isPending} onClick={() => form.submit()}>
            {t('whatIf.simulate')}
          </Button>
        </div>
      }
    >
      <p className={`soft ${styles['about']}`}>{t('whatIf.about')}</p>
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ changes: [first], hours: 48 }}
        // What was shown is of other changes.
        onValuesChange={() => reset()}
        onFinish={({ changes, hours }) => mutate({ body: { changes: changes.map(changeOf), hours } })}
      >
        <Form.List name="changes">
          {(rows, { add, remove }) => (
            <>
              {rows.map(({ key, name }) => (
                <ChangeFields key={key} index={name} error={error} onRemove={rows.length > 1 ? () => remove(name) : undefined} />
              ))}
              <Form.Item>
                <Button block type="dashed" icon={<PlusOutlined />} disabled={rows.length >= MOST_CHANGES} onClick={() => add(first)}>
                  {t('whatIf.add')}
                </Button>
              </Form.Item>
            </>
          )}
        </Form.List>
        <Form.Item
          name="hours"
          label={t('whatIf.hours')}
          rules={[
            { required: true, message: t('whatIf.required') },
            { type: 'integer', message: t('whatIf.whole') },
          ]}
          {...faultProps(error, '/hours')}
        >
          <InputNumber min={1} max={MOST_HOURS} />
        </Form.Item>
      </Form>
      {error !== null && <ErrorNotice error={error} kept={t('whatIf.kept')} />}
      {isPending ? <Loading lines={6} /> : data !== undefined && <SimulatedStarts result={data} />}
    </Drawer>
  );
}
