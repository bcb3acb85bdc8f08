import { UploadOutlined } from '@ant-design/icons';
import { Alert, Button, Drawer, Form, Input, Segmented, Upload, type UploadFile } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { operations } from '#api-client';
import { $api } from '../../api/client.ts';
import { faultProps, faultPropsWithin } from '../../api/problem.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { Secret } from './SecretsPage.tsx';
import { variablesOf } from './variables.ts';

type Content = operations['secrets.replace']['requestBody']['content']['application/json'];

interface Fields {
  readonly name: string;
  readonly kind: Content['kind'];
  readonly server?: string;
  readonly username?: string;
  readonly password?: string;
  readonly variables?: string;
  readonly files?: UploadFile[];
}

interface SecretDrawerProps {
  /** The secret whose values are replaced; absent: a new one. */
  readonly secret?: Secret;
  readonly onClose: () => void;
  readonly onDone: (name: string) => void;
}

const KINDS = ['registry', 'environment', 'files'] as const;
const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Writes a secret. The form is never kept as a draft, and forgets what was typed when it closes. */
export function SecretDrawer({ secret, onClose, onDone }: SecretDrawerProps) {
  const { t } = useTranslation('secrets');
  const [form] = Form.useForm<Fields>();
  const kind = (Form.useWatch('kind', form) as Fields['kind'] | undefined) ?? secret?.kind ?? 'registry';
  const key = useRef(crypto.randomUUID());
  const options = { onSuccess: ({ name }: { readonly name: string }) => onDone(name) };
  const create = $api.useMutation('post', '/api/v1/secrets', options);
  const replace = $api.useMutation('put', '/api/v1/secrets/{name}', options);
  const { error, isPending } = secret === undefined ? create : replace;
  const save = async (fields: Fields): Promise<void> => {
    const content = await contentOf({ ...fields, kind });
    if (secret === undefined) {
      create.mutate({ params: { header: { 'Idempotency-Key': key.current } }, body: { name: fields.name, ...content } });
      // What is typed after a refusal is another request.
      key.current = crypto.randomUUID();
    } else {
      const params = { path: { name: secret.name }, header: { 'If-Match': `"${secret.version}"` } };
      replace.mutate({ params, body: content });
    }
  };
  const required = [{ required: true, message: t('required') }];
  return (
    <Drawer
      open
      size={520}
      title={secret === undefined ? t('create') : t('replaceNamed', { name: secret.name })}
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
        requiredMark={false}
        disabled={isPending}
        initialValues={{ kind, server: secret?.kind === 'registry' ? secret.keys[0] : undefined }}
        onFinish={(fields) => void save(fields)}
      >
        <Form.Item>
          <Alert type="info" showIcon title={secret === undefined ? t('once') : t('replaceHint')} />
        </Form.Item>
        {error !== null && (
          <Form.Item>
            <ErrorNotice error={error} />
          </Form.Item>
        )}
        {secret === undefined && (
          <>
            <Form.Item name="kind" label={t('kind')}>
              <Segmented block options={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))} />
            </Form.Item>
            <Form.Item
              name="name"
              label={t('name')}
              extra={t('nameHint')}
              rules={[...required, { pattern: NAME, message: t('nameWrong') }]}
              {...faultProps(error, '/name')}
            >
              <Input maxLength={40} autoComplete="off" />
            </Form.Item>
          </>
        )}
        {kind === 'registry' && (
          <>
            <Form.Item name="server" label={t('server')} extra={t('serverHint')} rules={required} {...faultProps(error, '/server')}>
              <Input maxLength={260} autoComplete="off" placeholder="registry.example.com" />
            </Form.Item>
            <Form.Item name="username" label={t('username')} rules={required} {...faultProps(error, '/username')}>
              <Input maxLength={256} autoComplete="off" />
            </Form.Item>
            <Form.Item name="password" label={t('password')} rules={required} {...faultProps(error, '/password')}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
          </>
        )}
        {kind === 'environment' && (
          <Form.Item
            name="variables"
            label={t('variables')}
            extra={t('variablesHint')}
            rules={[
              ...required,
              {
                validator: async (_rule, typed: string | undefined) => {
                  const found = variablesOf(typed ?? '');
                  if (typeof found === 'number') throw new Error(t('variablesWrong', { line: found }));
                  await Promise.resolve();
                },
              },
            ]}
            {...faultPropsWithin(error, '/values')}
          >
            <Input.TextArea className="mono" rows={8} spellCheck={false} autoComplete="off" placeholder="WANDB_API_KEY=…" />
          </Form.Item>
        )}
        {kind === 'files' && (
          <Form.Item
            name="files"
            label={t('kinds.files')}
            extra={t('filesHint')}
            valuePropName="fileList"
            getValueFromEvent={({ fileList }: { readonly fileList: UploadFile[] }) => fileList}
            rules={required}
            {...faultPropsWithin(error, '/files')}
          >
            <Upload multiple beforeUpload={() => false}>
              <Button icon={<UploadOutlined />}>{t('chooseFiles')}</Button>
            </Upload>
          </Form.Item>
        )}
      </Form>
    </Drawer>
  );
}

async function contentOf({ kind, server = '', username = '', password = '', variables = '', files = [] }: Fields): Promise<Content> {
  if (kind === 'registry') return { kind, server: server.trim(), username: username.trim(), password };
  if (kind === 'environment') {
    const values = variablesOf(variables);
    return { kind, values: typeof values === 'number' ? {} : values };
  }
  const read = await Promise.all(
    files.map(async ({ name, originFileObj }) => {
      const bytes = originFileObj === undefined ? new Uint8Array() : new Uint8Array(await originFileObj.arrayBuffer());
      return [name, base64(bytes)] as const;
    }),
  );
  return { kind, files: Object.fromEntries(read) };
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
