import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../app/format.ts';
import { Instant } from '../../components/Instant.tsx';
import { useReasonText } from '../../components/reason.ts';
import { hintOf, hintOfReason, OpensAt, WaitingReasons } from '../../components/WaitingReasons.tsx';
import type { Job } from './job.ts';
import styles from './JobOutlook.module.css';

interface Outlook {
  readonly type: 'info' | 'success' | 'warning' | 'error';
  readonly title: ReactNode;
  /** What to do, or what comes next. */
  readonly next?: ReactNode;
  /** The API's own words. */
  readonly detail?: string | undefined;
  readonly more?: ReactNode;
}

interface JobOutlookProps {
  readonly job: Job;
  /** Undefined where the job has no log, or it may not be read. */
  readonly onShowLog: (() => void) | undefined;
}

/** Why the job is in its state, and what comes next. */
export function JobOutlook({ job, onShowLog }: JobOutlookProps) {
  const { t } = useTranslation('job');
  const { type, title, next, detail, more } = useOutlook(job);
  const failed = job.state === 'Failed' || job.state === 'TimedOut';
  return (
    <Alert
      className={styles['outlook'] ?? ''}
      type={type}
      showIcon
      role="status"
      title={title}
      description={
        next === undefined && detail === undefined && more === undefined ? undefined : (
          <>
            {next !== undefined && <div>{next}</div>}
            {detail !== undefined && (
              <div className="soft" lang="en">
                {detail}
              </div>
            )}
            {more}
          </>
        )
      }
      action={failed && onShowLog !== undefined ? <Button onClick={onShowLog}>{t('outlook.showLog')}</Button> : undefined}
    />
  );
}

function useOutlook(job: Job): Outlook {
  const { t } = useTranslation('job');
  const reasonText = useReasonText();
  const { exit, stopReason } = job;
  if (job.cancelRequestedAt !== null && job.state !== 'Cancelled') {
    return {
      type: 'warning',
      title: t('outlook.cancelling'),
      next: t('outlook.cancellingNext', { grace: formatDuration(job.graceSeconds) }),
    };
  }
  switch (job.state) {
    case 'Queued':
      return waitingOutlook(job, t, reasonText);
    case 'Admitted':
    case 'Starting':
      return { type: 'info', title: t('outlook.starting'), next: t('outlook.startingNext') };
    case 'Running':
      return runningOutlook(job, t);
    case 'Suspending':
      return {
        type: 'warning',
        title: t('outlook.suspending', { reason: reasonText(stopReason ?? '') }),
        next: t('outlook.suspendingNext'),
      };
    case 'Suspended': {
      const forFunds = stopReason === 'funds exhausted';
      return {
        type: 'warning',
        title: t('outlook.suspended', { reason: reasonText(stopReason ?? '') }),
        next: forFunds ? t('outlook.fundsNext') : t('outlook.suspendedNext'),
      };
    }
    case 'Succeeded':
      return { type: 'success', title: t('outlook.succeeded') };
    case 'Cancelled':
      return {
        type: 'info',
        title: t('outlook.cancelled'),
        ...(exit?.reason === 'dependency-failed' && { next: reasonText(exit.reason), detail: exit.detail }),
      };
    case 'Failed':
    case 'TimedOut':
      return {
        type: 'error',
        title:
          exit === null || exit.exitCode === null
            ? t('outlook.failed', { reason: reasonText(exit?.reason ?? job.state) })
            : t('outlook.failedWithCode', { reason: reasonText(exit.reason), code: exit.exitCode }),
        next: job.state === 'TimedOut' ? t('outlook.timedOutNext') : undefined,
        detail: exit?.detail,
      };
  }
}

type T = ReturnType<typeof useTranslation<'job'>>['t'];
type ReasonText = ReturnType<typeof useReasonText>;

function waitingOutlook({ waiting, exit }: Job, t: T, reasonText: ReasonText): Outlook {
  const before = exit === null ? undefined : exit.detail;
  if (waiting === null) return { type: 'info', title: t('outlook.queued'), next: t('outlook.queuedNext'), detail: before };
  const [only, ...others] = waiting.reasons;
  const hint = others.length > 0 ? undefined : only === undefined ? hintOf(waiting.reason) : hintOfReason(only);
  return {
    type: 'warning',
    title: (
      <>
        {t('outlook.waiting', { reason: reasonText(waiting.reason) })}
        <span className={styles['start']}>{expectedStart(waiting, t)}</span>
        {waiting.place !== null && <span className={styles['start']}>{t('outlook.place', { place: waiting.place })}</span>}
      </>
    ),
    next: hint === undefined ? undefined : t(`outlook.hint.${hint}`),
    detail: waiting.reasons.length > 1 ? undefined : (waiting.reasons[0]?.detail ?? waiting.detail),
    more: waiting.reasons.length > 1 ? <WaitingReasons reasons={waiting.reasons} /> : <OpensAt {...waiting.reasons[0]} />,
  };
}

function expectedStart({ expectedStart: at, jobsAhead }: NonNullable<Job['waiting']>, t: T): ReactNode {
  if (at !== null) {
    const seconds = (Date.parse(at) - Date.now()) / 1_000;
    return (
      <>
        {t('outlook.expectedStart')} <Instant at={at} />
        {seconds > 60 && ` ${t('outlook.in', { duration: formatDuration(seconds) })}`}
      </>
    );
  }
  if (jobsAhead !== null && jobsAhead !== undefined && jobsAhead > 0) return t('outlook.jobsAhead', { jobs: jobsAhead });
  return t('outlook.noEstimate');
}

function isAwaited(at: string): boolean {
  return Date.parse(at) > Date.now();
}

function Retries({ failures, file }: { readonly failures: NonNullable<Job['podFailures']>; readonly file: Job['file'] }) {
  const { t } = useTranslation('job');
  const { retries } = file['spec'] as { readonly retries?: number };
  return (
    <div>
      {t('outlook.retried', { used: failures.earlier + failures.inAttempt, allowed: retries ?? 0 })}
      {failures.nextPodBy !== null && isAwaited(failures.nextPodBy) && (
        <>
          {' '}
          {t('outlook.retriedNext')} <Instant at={failures.nextPodBy} />
        </>
      )}
    </div>
  );
}

function runningOutlook({ exhaustsAt, startedAt, maxRuntimeSeconds, podFailures, file }: Job, t: T): Outlook {
  if (exhaustsAt !== null) {
    return {
      type: 'warning',
      title: (
        <>
          {t('outlook.exhausts')} <Instant at={exhaustsAt} />
        </>
      ),
      next: t('outlook.fundsNext'),
    };
  }
  const until = startedAt === null ? null : new Date(Date.parse(startedAt) + maxRuntimeSeconds * 1_000).toISOString();
  return {
    type: 'info',
    title: (
      <>
        {t('outlook.running')} <Instant at={startedAt} />
      </>
    ),
    next: (
      <>
        {t('outlook.runsUntil')} <Instant at={until} />
      </>
    ),
    ...(podFailures !== null && { detail: podFailures.detail, more: <Retries failures={podFailures} file={file} /> }),
  };
}
