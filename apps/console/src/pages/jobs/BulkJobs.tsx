import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { formatDuration } from '../../app/format.ts';
import { BulkDialog } from '../../components/bulk/BulkDialog.tsx';
import { JobState } from '../../components/JobState.tsx';
import type { JobAction } from './actions.ts';
import type { JobSummary } from './columns.tsx';

interface BulkJobsProps {
  readonly action: JobAction;
  /** As they were when the action was chosen. */
  readonly jobs: readonly JobSummary[];
  /** Called when it was done, also where some jobs were refused. */
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Cancels, suspends or resumes several jobs. */
export function BulkJobs({ action, jobs, onDone, onClose }: BulkJobsProps) {
  const { t } = useTranslation('jobs');
  const outdate = useOutdate();
  const key = useRef(crypto.randomUUID());
  const request = $api.useMutation('post', '/api/v1/jobs/bulk', {
    onSuccess: () => {
      onDone();
      void outdate('/api/v1/jobs');
    },
  });
  const waiting = jobs.filter(({ state }) => state === 'Queued' || state === 'Suspended');
  const running = jobs.length - waiting.length;
  const grace = formatDuration(Math.max(0, ...jobs.map(({ graceSeconds }) => graceSeconds)));
  return (
    <BulkDialog
      title={t(`bulk.${action}.title`, { count: jobs.length })}
      effect={
        action === 'resume' ? (
          <p>{t('bulk.resume.effect')}</p>
        ) : action === 'suspend' ? (
          <p>{t('bulk.suspend.effect', { grace })}</p>
        ) : (
          <>
            {waiting.length > 0 && <p>{t('bulk.cancel.waiting', { count: waiting.length })}</p>}
            {running > 0 && <p>{t('bulk.cancel.running', { count: running, grace })}</p>}
            <p>{t('bulk.cancel.final')}</p>
          </>
        )
      }
      items={jobs.map(({ id, name, state }) => ({ id, name, detail: <JobState state={state} /> }))}
      submit={t(`bulk.${action}.submit`, { count: jobs.length })}
      danger={action === 'cancel'}
      request={request}
      onSubmit={() =>
        request.mutate({ params: { header: { 'Idempotency-Key': key.current } }, body: { action, ids: jobs.map(({ id }) => id) } })
      }
      onClose={onClose}
    />
  );
}
