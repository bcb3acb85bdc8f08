import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Company } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultProps } from '../../api/problem.ts';
import { DayInput } from '../../components/DayInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';

interface Fields {
  readonly name: string;
  readonly incubationFrom: string | undefined;
  readonly incubationUntil: string | undefined;
}

/** Changes a company's name and incubation period. */
export function ChangeCompanyModal({ company, onClose }: { readonly company: Company; readonly onClose: () => void }) {
  const { t } = useTranslation('companies');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const { mutate, error, isPending } = $api.useMutation('patch', '/api/v1/companies/{id}', {
    onSuccess: () => {
      void message.success(t('saved'));
      void outdate('/api/v1/companies');
      onClose();
    },
    onError: () => void outdate('/api/v1/companies'),
  });
  return (
    <Modal open title={t('change.open')} okText={t('save')} confirmLoading={isPending} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{
          name: company.name,
          incubationFrom: company.incubationFrom ?? undefined,
          incubationUntil: company.incubationUntil ?? undefined,
        }}
        onFinish={({ name, incubationFrom, incubationUntil }) =>
          mutate({
            params: { path: { id: company.id }, header: { 'If-Match': `"${company.version}"` } },
            body: { name, incubationFrom: incubationFrom ?? null, incubationUntil: incubationUntil ?? null },
          })
        }
      >
        <Form.Item
          name="name"
          label={t('column.name')}
          rules={[{ required: true, message: t('required') }]}
          {...faultProps(error, '/name')}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="incubationFrom" label={t('facts.incubationFrom')} {...faultProps(error, '/incubationFrom')}>
          <DayInput />
        </Form.Item>
        <Form.Item name="incubationUntil" label={t('facts.incubationUntil')} {...faultProps(error, '/incubationUntil')}>
          <DayInput />
        </Form.Item>
        {error !== null && <ErrorNotice error={error} kept={t('kept')} />}
      </Form>
    </Modal>
  );
}
