import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { faultProps } from '../../api/problem.ts';

const SHORTEST = 10;

/** The fields of a form in which somebody chooses a password, twice. */
export function NewPassword({ error }: { readonly error: unknown }) {
  const { t } = useTranslation('links');
  return (
    <>
      <Form.Item
        name="password"
        label={t('password.new')}
        extra={t('password.rule', { characters: SHORTEST })}
        rules={[{ required: true, min: SHORTEST, message: t('password.rule', { characters: SHORTEST }) }]}
        {...faultProps(error, '/password')}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('password.again')}
        dependencies={['password']}
        rules={[
          { required: true, message: t('password.againMissing') },
          ({ getFieldValue }) => ({
            validator: async (_rule, value: string | undefined) => {
              await Promise.resolve();
              if (value !== undefined && value !== '' && value !== getFieldValue('password')) throw new Error(t('password.differs'));
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
