import { useNavigate } from '@tanstack/react-router';
import { App, Button, DatePicker, Drawer, Form, Input, Radio } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { formatGpuHours } from '../../app/format.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { type Affected, byCompany } from './affected.ts';
import { Preview } from './Preview.tsx';
import { type IncidentFields, type Selection, selectionOf } from './selection.ts';

interface RecordDrawerProps {
  /** Attempts that are chosen already. */
  readonly attempts: readonly string[];
  readonly onClose: () => void;
}

/** Records that the platform failed jobs, after it has shown what is credited back. */
export function RecordDrawer({ attempts, onClose }: RecordDrawerProps) {
  const { t } = useTranslation('incidents');
  const { timeZone } = useMe();
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const outdate = useOutdate();
  const [form] = Form.useForm<IncidentFields>();
  const key = useRef(crypto.randomUUID());
  const preview = $api.useMutation('post', '/api/v1/incidents/preview');
  const record = $api.useMutation('post', '/api/v1/incidents', {
    onSuccess: ({ id, decision }) => {
      void message.success(decision === undefined ? t('record.done') : t('record.doneInPart'));
      void outdate('/api/v1/incidents', '/api/v1/decisions', '/api/v1/jobs');
      onClose();
      void navigate({ to: '/incidents/$id', params: { id } });
    },
  });
  const by = (Form.useWatch('by', form) as IncidentFields['by'] | undefined) ?? 'attempts';
  const previewed = preview.data?.items;
  const show = async (): Promise<void> => {
    const fields = await form.validateFields(['by', 'attempts', 'span', 'node']);
    const selection = selectionOf(fields, timeZone);
    if (selection !== undefined) preview.mutate({ body: selection });
  };
  const confirm = async (reason: string, selection: Selection, affected: readonly Affected[]): Promise<void> => {
    const sure = await modal.confirm({
      title: t('record.sure'),
      content: sentence(affected, t),
      okText: t('record.do'),
    });
    if (sure) record.mutate({ params: { header: { 'Idempotency-Key': key.current } }, body: { reason: reason.trim(), ...selection } });
  };
  const error = record.error ?? preview.error;
  return (
    <Drawer
      open
      size={640}
      title={t('record.title')}
      onClose={onClose}
      footer={
        <div style={{ display: 'flex', justifyContent: 'flex-end', gap: 8 }}>
          <Button onClick={() => void show().catch(() => undefined)} loading={preview.isPending}>
            {t('record.preview')}
          </Button>
          <Button
            type="primary"
            disabled={previewed === undefined || previewed.length === 0}
            loading={record.isPending}
            onClick={() => form.submit()}
          >
            {t('record.do')}
          </Button>
        </div>
      }
    >
      <Form<IncidentFields>
        form={form}
        layout="vertical"
        initialValues={{ by: 'attempts', attempts: attempts.join('\n'), reason: '' }}
        // What was shown is no longer what would be recorded.
        onValuesChange={(changed) => {
          if (!('reason' in changed)) preview.reset();
          key.current = crypto.randomUUID();
        }}
        onFinish={(fields) => {
          const selection = selectionOf(fields, timeZone);
          if (selection !== undefined && previewed !== undefined) void confirm(fields.reason, selection, previewed);
        }}
      >
        <Form.Item name="by" label={t('record.by')}>
          <Radio.Group options={(['attempts', 'span'] as const).map((value) => ({ value, label: t(`record.byWhat.${value}`) }))} />
        </Form.Item>
        {by === 'attempts' ? (
          <Form.Item
            name="attempts"
            label={t('record.attempts')}
            extra={t('record.attemptsHint')}
            rules={[{ required: true, whitespace: true, message: t('required') }]}
            {...faultProps(error, '/attempts')}
          >
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} className="mono" />
          </Form.Item>
        ) : (
          <>
            <Form.Item
              name="span"
              label={t('record.span', { timeZone })}
              rules={[{ required: true, message: t('required') }]}
              {...spanFault(error)}
            >
              <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
            </Form.Item>
            <Form.Item name="node" label={t('record.node')} extra={t('record.nodeHint')} {...faultProps(error, '/node')}>
              <Input className="mono" maxLength={253} />
            </Form.Item>
          </>
        )}
        <Form.Item
          name="reason"
          label={t('record.reason')}
          extra={t('record.reasonHint')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
          {...faultProps(error, '/reason')}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={2_000} />
        </Form.Item>
      </Form>
      {error !== null && <ErrorNotice error={error} kept={t('kept')} />}
      {preview.isPending ? <Loading /> : previewed !== undefined && <Preview attempts={previewed} />}
    </Drawer>
  );
}

type T = ReturnType<typeof useTranslation<'incidents'>>['t'];

/** What will happen, for the last question. */
function sentence(affected: readonly Affected[], t: T): string {
  const sum = affected.reduce((total, { refundedGpuSeconds }) => total + refundedGpuSeconds, 0);
  const awaiting = affected.filter(({ secondPerson }) => secondPerson !== null).length;
  const all = t('record.effect', { hours: formatGpuHours(sum), companies: byCompany(affected).length });
  return awaiting === 0 ? all : `${all} ${t('preview.awaiting', { count: awaiting })}`;
}

function spanFault(error: unknown): { readonly validateStatus?: 'error'; readonly help?: string } {
  const fault = faultOf(error, '/from') ?? faultOf(error, '/until');
  return fault === undefined ? {} : { validateStatus: 'error', help: fault };
}
