import { Alert, App, Form, Input, Modal, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Company } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultProps } from '../../api/problem.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';

type Status = Company['status'];

interface Fields {
  readonly status: Status;
  readonly reason: string;
}

const STATUSES: readonly Status[] = ['active', 'suspended', 'graduated'];

/** Suspends, reactivates or graduates a company, and says before what that will do. */
export function StatusModal({ company, onClose }: { readonly company: Company; readonly onClose: () => void }) {
  const { t } = useTranslation(['companies', 'common']);
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const choices = STATUSES.filter((status) => status !== company.status);
  const status = (Form.useWatch('status', form) as Status | undefined) ?? choices[0] ?? company.status;
  const { mutate, error, isPending } = $api.useMutation('put', '/api/v1/companies/{id}/status', {
    onSuccess: () => {
      void message.success(t('saved'));
      void outdate('/api/v1/companies', '/api/v1/jobs');
      onClose();
    },
    onError: () => void outdate('/api/v1/companies'),
  });
  return (
    <Modal
      open
      title={t('status.title', { name: company.name })}
      okText={t(`status.${status}.do`)}
      okButtonProps={{ danger: status !== 'active' }}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ status: choices[0], reason: '' }}
        onFinish={(body) => mutate({ params: { path: { id: company.id }, header: { 'If-Match': `"${company.version}"` } }, body })}
      >
        <Form.Item name="status" label={t('status.new')}>
          <Radio.Group options={choices.map((value) => ({ value, label: t(`common:companyStatus.${value}`) }))} />
        </Form.Item>
        <Form.Item>
          <Alert type={status === 'active' ? 'info' : 'warning'} showIcon title={t(`status.${status}.effect`)} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('status.reason')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
          {...faultProps(error, '/reason')}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
        {error !== null && <ErrorNotice error={error} kept={t('kept')} />}
      </Form>
    </Modal>
  );
}
