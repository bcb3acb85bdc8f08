import { DeleteOutlined, InboxOutlined, PaperClipOutlined } from '@ant-design/icons';
import { Button, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { Attachment } from '../review/application-data.ts';
import styles from './applications.module.css';
import { ATTACHMENTS, useAttach } from './attach.ts';

const OTHER = 'other';
const ACCEPTED = '.pdf,.png,.jpg,.jpeg,.doc,.docx,.xls,.xlsx';

interface AttachProps {
  readonly applicationId: string;
  readonly attachments: readonly Attachment[] | undefined;
  readonly required: readonly { readonly kind: string; readonly name: string }[];
}

/** The files of an application by what the programme asks for; each is added by a click or by dragging it there. */
export function AttachFiles({ applicationId, attachments, required }: AttachProps) {
  const { t } = useTranslation('applications');
  const kinds = [...required.filter(({ kind }) => kind !== OTHER), { kind: OTHER, name: t('attach.other') }];
  return (
    <div className={styles['kinds']}>
      {kinds.map(({ kind, name }) => (
        <Kind
          key={kind}
          applicationId={applicationId}
          kind={kind}
          name={name}
          required={kind !== OTHER}
          attached={
            attachments?.filter((one) => one.kind === kind || (kind === OTHER && !kinds.some((known) => known.kind === one.kind))) ?? []
          }
        />
      ))}
    </div>
  );
}

interface KindProps {
  readonly applicationId: string;
  readonly kind: string;
  readonly name: string;
  readonly required: boolean;
  readonly attached: readonly Attachment[];
}

function Kind({ applicationId, kind, name, required, attached }: KindProps) {
  const { t } = useTranslation('applications');
  const outdate = useOutdate();
  const send = useAttach(applicationId, kind);
  const remove = $api.useMutation('delete', '/api/v1/applications/{id}/attachments/{attachment}', {
    onSuccess: async () => await outdate(ATTACHMENTS),
  });
  const error = send.error ?? remove.error;
  return (
    <div role="group" aria-label={name}>
      <div className={styles['kind']}>
        <strong dir="auto">{name}</strong>
        {required && <span className="soft">{t(attached.length === 0 ? 'attach.required' : 'attach.present')}</span>}
      </div>
      <ul className={styles['files']}>
        {attached.map(({ id, fileName, sizeBytes }) => (
          <li key={id}>
            <PaperClipOutlined aria-hidden="true" />
            <span className="name" dir="auto" title={fileName}>
              {fileName}
            </span>
            <span className="soft tabular">{sizeText(sizeBytes)}</span>
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('attach.remove', { name: fileName })}
              title={t('attach.remove', { name: fileName })}
              loading={remove.isPending}
              onClick={() => remove.mutate({ params: { path: { id: applicationId, attachment: id } } })}
            />
          </li>
        ))}
      </ul>
      <Upload.Dragger
        multiple
        accept={ACCEPTED}
        showUploadList={false}
        disabled={send.isPending}
        beforeUpload={(file) => {
          send.mutate(file);
          return false;
        }}
      >
        <InboxOutlined aria-hidden="true" /> {send.isPending ? t('attach.sending', { name: send.variables.name }) : t('attach.drop')}
        <div className="soft">{t('attach.types')}</div>
      </Upload.Dragger>
      {error !== null && <ErrorNotice error={error} />}
    </div>
  );
}

const KIB = 1_024;

function sizeText(bytes: number): string {
  return bytes < KIB * KIB ? `${Math.ceil(bytes / KIB)} KiB` : `${(bytes / KIB / KIB).toFixed(1)} MiB`;
}
