import { CopyOutlined, LinkOutlined, PauseCircleOutlined, PlayCircleOutlined, StopOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay, useMe } from '../../api/session.ts';
import { formatDuration } from '../../app/format.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { applies } from '../jobs/actions.ts';
import { hasEnded, type Job } from './job.ts';

/** What may be done with the job now. */
export function JobActions({ job }: { readonly job: Job }) {
  const { t } = useTranslation('job');
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { companyId } = useMe();
  const mayWrite = useMay('job.write');
  const params = { params: { path: { id: job.id } } };
  const refresh = (): void => void client.invalidateQueries();
  const refused = (error: unknown): void => void modal.error({ title: t('action.refused'), content: <ErrorNotice error={error} /> });
  const cancel = $api.useMutation('post', '/api/v1/jobs/{id}/cancel', { onSettled: refresh, onError: refused });
  const resume = $api.useMutation('post', '/api/v1/jobs/{id}/resume', { onSettled: refresh, onError: refused });
  const suspend = $api.useMutation('post', '/api/v1/jobs/{id}/suspend', { onSettled: refresh, onError: refused });
  const waits = job.state === 'Queued' || job.state === 'Suspended';
  const confirmCancel = (): void =>
    void modal.confirm({
      title: t('action.cancelTitle', { name: job.name }),
      content: waits ? t('action.cancelQueued') : t('action.cancelRunning', { grace: formatDuration(job.graceSeconds) }),
      okText: t('action.cancel'),
      okButtonProps: { danger: true },
      cancelText: t('action.keep'),
      onOk: async () => await cancel.mutateAsync(params).catch(() => undefined),
    });
  const confirmSuspend = (): void =>
    void modal.confirm({
      title: t('action.suspendTitle', { name: job.name }),
      content: t('action.suspendEffect', { grace: formatDuration(job.graceSeconds) }),
      okText: t('action.suspend'),
      cancelText: t('action.keepRunning'),
      onOk: async () => await suspend.mutateAsync(params).catch(() => undefined),
    });
  const share = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    void message.success(t('action.linkCopied'));
  };
  return (
    <>
      <Button icon={<LinkOutlined />} onClick={() => void share()}>
        {t('action.share')}
      </Button>
      {mayWrite && companyId === job.tenantId && (
        <>
          <Button icon={<CopyOutlined />} onClick={() => void navigate({ to: '/submit', search: { from: job.id } })}>
            {t('action.clone')}
          </Button>
          {applies('suspend', job) && (
            <Button icon={<PauseCircleOutlined />} onClick={confirmSuspend}>
              {t('action.suspend')}
            </Button>
          )}
          {applies('resume', job) && (
            <Button type="primary" icon={<PlayCircleOutlined />} loading={resume.isPending} onClick={() => resume.mutate(params)}>
              {t('action.resume')}
            </Button>
          )}
          {!hasEnded(job) && (
            <Button danger icon={<StopOutlined />} disabled={job.cancelRequestedAt !== null} onClick={confirmCancel}>
              {t('action.cancel')}
            </Button>
          )}
        </>
      )}
    </>
  );
}
