import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultProps } from '../../api/problem.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import styles from './companies.module.css';

type Contact = components['schemas']['Contacts']['contacts'][number];

const KINDS: readonly Contact['kind'][] = ['legal', 'finance', 'technical', 'general'];
const MOST = 20;

interface Fields {
  readonly contacts: readonly { readonly kind: Contact['kind']; readonly name: string; readonly email: string; readonly phone?: string }[];
}

interface ContactsModalProps {
  readonly companyId: string;
  readonly contacts: readonly Contact[];
  readonly onClose: () => void;
}

/** Changes the list of a company's contacts as a whole. */
export function ContactsModal({ companyId, contacts, onClose }: ContactsModalProps) {
  const { t } = useTranslation('companies');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<Fields>();
  const { mutate, error, isPending } = $api.useMutation('put', '/api/v1/companies/{id}/contacts', {
    onSuccess: () => {
      void message.success(t('saved'));
      void outdate('/api/v1/companies/{id}/contacts');
      onClose();
    },
  });
  const required = { required: true, whitespace: true, message: t('required') };
  return (
    <Modal
      open
      width={680}
      title={t('contacts.edit')}
      okText={t('save')}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ contacts: contacts.map(({ kind, name, email, phone }) => ({ kind, name, email, phone: phone ?? '' })) }}
        onFinish={(typed) =>
          mutate({
            params: { path: { id: companyId } },
            body: {
              contacts: typed.contacts.map(({ kind, name, email, phone = '' }) => ({
                ...{ kind, name: name.trim(), email: email.trim() },
                ...(phone.trim() !== '' && { phone: phone.trim() }),
              })),
            },
          })
        }
      >
        <Form.List name="contacts">
          {(rows, { add, remove }) => (
            <>
              {rows.map(({ key, name }) => (
                <fieldset key={key} className={styles['contact']} aria-label={t('contacts.number', { number: name + 1 })}>
                  <Form.Item name={[name, 'kind']} label={t('contacts.kind')} {...faultProps(error, `/contacts/${name}/kind`)}>
                    <Select options={KINDS.map((kind) => ({ value: kind, label: t(`contacts.${kind}`) }))} />
                  </Form.Item>
                  <Form.Item
                    name={[name, 'name']}
                    label={t('contacts.name')}
                    rules={[required]}
                    {...faultProps(error, `/contacts/${name}/name`)}
                  >
                    <Input maxLength={100} dir="auto" autoComplete="off" />
                  </Form.Item>
                  <Form.Item
                    name={[name, 'email']}
                    label={t('contacts.email')}
                    rules={[required, { type: 'email', message: t('emailWrong') }]}
                    {...faultProps(error, `/contacts/${name}/email`)}
                  >
                    <Input type="email" autoComplete="off" />
                  </Form.Item>
                  <Form.Item name={[name, 'phone']} label={t('contacts.phone')} {...faultProps(error, `/contacts/${name}/phone`)}>
                    <Input type="tel" maxLength={40} autoComplete="off" />
                  </Form.Item>
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t('contacts.remove', { number: name + 1 })}
                    onClick={() => remove(name)}
                  />
                </fieldset>
              ))}
              <Button
                block
                type="dashed"
                icon={<PlusOutlined />}
                disabled={rows.length >= MOST}
                onClick={() => add({ kind: 'general', name: '', email: '', phone: '' })}
              >
                {t('contacts.add')}
              </Button>
            </>
          )}
        </Form.List>
        {error !== null && <ErrorNotice error={error} kept={t('kept')} />}
      </Form>
    </Modal>
  );
}
