import { DownloadOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { saveFile } from '../../app/save-file.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import type { Attachment } from './application-data.ts';
import styles from './review.module.css';

interface AttachmentsProps {
  readonly applicationId: string;
  readonly attachments: readonly Attachment[] | undefined;
  /** What the programme calls each kind. */
  readonly names: readonly { readonly kind: string; readonly name: string }[];
}

/** The files of an application, to look at here or to save. */
export function AttachmentsSection({ applicationId, attachments, names }: AttachmentsProps) {
  const { t } = useTranslation('review');
  const [shown, setShown] = useState<Attachment>();
  const [error, setError] = useState<unknown>();
  const save = async (attachment: Attachment): Promise<void> => {
    setError(undefined);
    try {
      saveFile(attachment.fileName, await contentOf(applicationId, attachment));
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Section title={t('attachments.title')} flush>
      {attachments === undefined ? (
        <Loading lines={2} />
      ) : attachments.length === 0 ? (
        <Empty title={t('attachments.none')} />
      ) : (
        <ul className={`lines ${styles['files']}`}>
          {attachments.map((attachment) => (
            <li key={attachment.id}>
              <span className={styles['file']}>
                <span className="name" dir="auto" title={attachment.fileName}>
                  {attachment.fileName}
                </span>
                <span className="soft">
                  {names.find(({ kind }) => kind === attachment.kind)?.name ?? t('attachments.other')} · {sizeOf(attachment.sizeBytes)}
                </span>
              </span>
              {isShowable(attachment) && (
                <Button
                  type="text"
                  icon={<EyeOutlined />}
                  aria-label={t('attachments.view', { name: attachment.fileName })}
                  onClick={() => setShown(attachment)}
                />
              )}
              <Button
                type="text"
                icon={<DownloadOutlined />}
                aria-label={t('attachments.save', { name: attachment.fileName })}
                onClick={() => void save(attachment)}
              />
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && <ErrorNotice error={error} />}
      {shown !== undefined && <Preview applicationId={applicationId} attachment={shown} onClose={() => setShown(undefined)} />}
    </Section>
  );
}

function Preview(props: { readonly applicationId: string; readonly attachment: Attachment; readonly onClose: () => void }) {
  const { applicationId, attachment, onClose } = props;
  const [url, setUrl] = useState<string>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let made: string | undefined;
    let over = false;
    contentOf(applicationId, attachment).then((content) => {
      if (over) return;
      made = URL.createObjectURL(content);
      setUrl(made);
    }, setError);
    return () => {
      over = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [applicationId, attachment]);
  return (
    <Modal open footer={null} width={960} title={attachment.fileName} onCancel={onClose}>
      {error !== undefined ? (
        <ErrorNotice error={error} />
      ) : url === undefined ? (
        <Loading />
      ) : attachment.mediaType.startsWith('image/') ? (
        <img src={url} alt={attachment.fileName} style={{ maxWidth: '100%' }} />
      ) : (
        <iframe src={url} title={attachment.fileName} className={styles['preview'] ?? ''} />
      )}
    </Modal>
  );
}

function isShowable({ mediaType }: Attachment): boolean {
  return mediaType === 'application/pdf' || mediaType === 'image/png' || mediaType === 'image/jpeg';
}

async function contentOf(id: string, { id: attachment, mediaType }: Attachment): Promise<Blob> {
  const { data, error } = await api.GET('/api/v1/applications/{id}/attachments/{attachment}', {
    params: { path: { id, attachment } },
    parseAs: 'blob',
  });
  const refusal: unknown = error;
  if (data === undefined) throw refusal;
  // The type that the API found in the content decides what a browser makes of it.
  return new Blob([data], { type: mediaType });
}

function sizeOf(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1_024))} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}
