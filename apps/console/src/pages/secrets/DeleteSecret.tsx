import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import type { Secret } from './SecretsPage.tsx';

interface DeleteSecretProps {
  readonly secret: Secret;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks whether a secret is to be deleted, and says which jobs would fail. */
export function DeleteSecret({ secret, onClose, onDone }: DeleteSecretProps) {
  const { t } = useTranslation('secrets');
  const { name } = secret;
  const { data, error } = $api.useQuery('get', '/api/v1/secrets/{name}', { params: { path: { name } } });
  const remove = $api.useMutation('delete', '/api/v1/secrets/{name}', { onSuccess: onDone });
  const usedBy = data?.usedBy ?? [];
  const deleteIt = (): void => {
    if (data === undefined) return;
    const query = usedBy.length === 0 ? {} : { evenInUse: 'true' as const };
    remove.mutate({ params: { path: { name }, query, header: { 'If-Match': `"${data.version}"` } } });
  };
  return (
    <Modal
      open
      title={t('deleteNamed', { name })}
      okText={t('delete')}
      okButtonProps={{ danger: true, disabled: data === undefined }}
      confirmLoading={remove.isPending}
      onOk={deleteIt}
      onCancel={onClose}
    >
      {data === undefined && error === null ? <Loading lines={1} /> : <p>{t('deleteEffect')}</p>}
      {usedBy.length > 0 && <p>{t('deleteInUse', { jobs: usedBy.map((job) => `${job.name} (${job.id})`).join(', ') })}</p>}
      {error !== null && <ErrorNotice error={error} />}
      {remove.error !== null && <ErrorNotice error={remove.error} />}
    </Modal>
  );
}
