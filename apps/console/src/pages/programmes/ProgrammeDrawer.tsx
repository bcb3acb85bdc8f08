import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Drawer, Form, Input, InputNumber, Radio, Select, Switch } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Programme } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps, isProblem } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { OptionalAmountInput, useAmountRule } from '../../components/AmountInput.tsx';
import { DayInput } from '../../components/DayInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { changedTerms, POINTERS, type ProgrammeFields, fieldsOf, termsOf } from './programme-fields.ts';
import styles from './programmes.module.css';

interface ProgrammeDrawerProps {
  /** The programme to change; absent: a new one. */
  readonly programme?: Programme;
  readonly onClose: () => void;
  readonly onSaved: (programme: Programme) => void;
}

/** Creates a programme, or changes its terms. Terms that charges are computed from are fixed once it is open. */
export function ProgrammeDrawer({ programme, onClose, onSaved }: ProgrammeDrawerProps) {
  const { t } = useTranslation('programmes');
  const { message } = App.useApp();
  const { timeZone } = useMe();
  const outdate = useOutdate();
  const [form] = Form.useForm<ProgrammeFields>();
  const [initial] = useState(() => fieldsOf(programme, timeZone));
  const unit = (Form.useWatch('unit', form) as ProgrammeFields['unit'] | undefined) ?? initial.unit;
  const classes = $api.useQuery('get', '/api/v1/gpu-classes', {});
  const key = useRef(crypto.randomUUID());
  const saved = (after: Programme, decision?: unknown): void => {
    void message.success(decision === undefined ? t('form.saved') : t('form.waits'));
    void outdate('/api/v1/programmes', '/api/v1/decisions');
    onSaved(after);
    onClose();
  };
  const create = $api.useMutation('post', '/api/v1/programmes', { onSuccess: (after) => saved(after) });
  const change = $api.useMutation('patch', '/api/v1/programmes/{id}', {
    onSuccess: (after) => saved(after, after.decision),
    onError: (refusal) => {
      if (isProblem(refusal) && refusal.status === 412) void outdate('/api/v1/programmes');
    },
  });
  const { error, isPending } = programme === undefined ? create : change;
  const fixed = programme !== undefined && programme.status !== 'draft';
  const save = (fields: ProgrammeFields): void => {
    if (programme === undefined) {
      create.mutate({ params: { header: { 'Idempotency-Key': key.current } }, body: { ...termsOf(fields, timeZone), code: fields.code } });
    } else {
      change.mutate({
        params: { path: { id: programme.id }, header: { 'If-Match': `"${programme.version}"` } },
        body: changedTerms(programme, initial, fields, timeZone),
      });
    }
  };
  const required = [{ required: true, message: t('form.required') }];
  const amount = useAmountRule();
  const shownAtField = POINTERS.some((pointer) => faultOf(error, pointer) !== undefined);
  return (
    <Drawer
      open
      size={640}
      title={programme === undefined ? t('create') : t('form.change', { name: programme.name })}
      onClose={onClose}
      extra={
        <Button type="primary" loading={isPending} onClick={() => form.submit()}>
          {t('form.save')}
        </Button>
      }
    >
      <Form<ProgrammeFields> form={form} layout="vertical" initialValues={initial} onFinish={save} disabled={isPending}>
        {error !== null && !shownAtField && (
          <Form.Item>
            <ErrorNotice error={error} kept={t('form.kept')} />
          </Form.Item>
        )}
        <div className={styles['pair']}>
          <Form.Item name="name" label={t('column.name')} rules={required} {...faultProps(error, '/name')}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="code" label={t('column.code')} rules={required} extra={t('form.codeHint')} {...faultProps(error, '/code')}>
            <Input disabled={programme !== undefined} maxLength={60} />
          </Form.Item>
          <Form.Item name="funder" label={t('column.funder')} rules={required} {...faultProps(error, '/funder')}>
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="unit" label={t('form.unit')} {...faultProps(error, '/unit')}>
            <Radio.Group
              disabled={fixed}
              options={[
                { value: 'CNY', label: t('form.money') },
                { value: 'GPU_SECONDS', label: t('form.gpuTime') },
              ]}
              onChange={() =>
                form.setFieldsValue({ capPerTenant: undefined, monthlyCapPerTenant: undefined, secondApprovalAbove: undefined })
              }
            />
          </Form.Item>
          <Form.Item name="classes" label={t('column.classes')} rules={required} {...faultProps(error, '/classes')}>
            <Select
              mode="multiple"
              disabled={fixed}
              options={(classes.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name }))}
            />
          </Form.Item>
          <Form.Item name="coveragePercent" label={t('column.coverage')} rules={required} {...faultProps(error, '/coverageBp')}>
            <InputNumber min={0} max={100} precision={2} suffix="%" disabled={fixed} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="firstDay" label={t('form.firstDay')} rules={required} {...faultProps(error, '/validFrom')}>
            <DayInput allowClear={false} />
          </Form.Item>
          <Form.Item name="lastDay" label={t('form.lastDay')} rules={required} {...faultProps(error, '/validUntil')}>
            <DayInput allowClear={false} />
          </Form.Item>
          <Form.Item name="applicationFirstDay" label={t('form.applicationFirstDay')} {...faultProps(error, '/applicationFrom')}>
            <DayInput placeholder={t('form.noLimit')} />
          </Form.Item>
          <Form.Item name="applicationLastDay" label={t('form.applicationLastDay')} {...faultProps(error, '/applicationUntil')}>
            <DayInput placeholder={t('form.noLimit')} />
          </Form.Item>
          <Form.Item name="capPerTenant" label={t('terms.capPerTenant')} rules={[amount]} {...faultProps(error, '/capPerTenant')}>
            <OptionalAmountInput unit={unit} placeholder={t('form.noLimit')} />
          </Form.Item>
          <Form.Item
            name="monthlyCapPerTenant"
            label={t('terms.monthlyCap')}
            rules={[amount]}
            {...faultProps(error, '/monthlyCapPerTenant')}
          >
            <OptionalAmountInput unit={unit} placeholder={t('form.noLimit')} />
          </Form.Item>
          <Form.Item
            name="secondApprovalAbove"
            label={t('terms.secondApproval')}
            rules={[amount]}
            extra={programme !== undefined && t('form.thresholdHint')}
            {...faultProps(error, '/secondApprovalAbove')}
          >
            <OptionalAmountInput unit={unit} placeholder={t('form.noLimit')} />
          </Form.Item>
          <Form.Item
            name="priority"
            label={t('terms.priority')}
            extra={t('form.priorityHint')}
            rules={required}
            {...faultProps(error, '/priority')}
          >
            <InputNumber min={0} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="reviewDays" label={t('terms.reviewDays')} rules={required} {...faultProps(error, '/reviewDays')}>
            <InputNumber min={1} max={365} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="decisionDays" label={t('terms.decisionDays')} rules={required} {...faultProps(error, '/decisionDays')}>
            <InputNumber min={1} max={365} precision={0} style={{ width: '100%' }} />
          </Form.Item>
        </div>
        <Form.Item name="carryOver" label={t('terms.carryOver')} valuePropName="checked" extra={t('form.carryOverHint')}>
          <Switch />
        </Form.Item>
        <Form.Item label={t('terms.attachments')} {...faultProps(error, '/requiredAttachments')}>
          <RequiredAttachments />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

function RequiredAttachments() {
  const { t } = useTranslation('programmes');
  const required = [{ required: true, message: t('form.required') }];
  return (
    <Form.List name="requiredAttachments">
      {(items, { add, remove }) => (
        <>
          {items.map((item) => (
            <div key={item.key} className={styles['attachment']}>
              <Form.Item name={[item.name, 'name']} noStyle rules={required}>
                <Input aria-label={t('form.attachmentName')} placeholder={t('form.attachmentName')} maxLength={100} />
              </Form.Item>
              <Form.Item name={[item.name, 'kind']} noStyle rules={required}>
                <Input aria-label={t('form.attachmentKind')} placeholder="business-licence" maxLength={40} />
              </Form.Item>
              <Button type="text" icon={<DeleteOutlined />} aria-label={t('form.removeAttachment')} onClick={() => remove(item.name)} />
            </div>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add({ name: '', kind: '' })}>
            {t('form.addAttachment')}
          </Button>
        </>
      )}
    </Form.List>
  );
}
