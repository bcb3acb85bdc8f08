import { InboxOutlined } from '@ant-design/icons';
import { Upload } from 'antd';
import { useTranslation } from 'react-i18next';

interface ProofInputProps {
  readonly value?: File | undefined;
  readonly onChange?: (file: File | undefined) => void;
}

/** The bank's proof of a transfer, dropped or chosen: a PDF, PNG or JPEG. */
export function ProofInput({ value, onChange }: ProofInputProps) {
  const { t } = useTranslation('transfers');
  return (
    <Upload.Dragger
      accept=".pdf,.png,.jpg,.jpeg"
      maxCount={1}
      fileList={value === undefined ? [] : [{ uid: value.name, name: value.name, status: 'done' }]}
      beforeUpload={(file) => {
        onChange?.(file);
        return false;
      }}
      onRemove={() => onChange?.(undefined)}
    >
      <p className="ant-upload-drag-icon">
        <InboxOutlined aria-hidden="true" />
      </p>
      <p>{t('proof.drop')}</p>
      <p className="soft">{t('proof.kinds')}</p>
    </Upload.Dragger>
  );
}
