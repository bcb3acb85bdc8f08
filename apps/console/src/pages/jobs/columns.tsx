import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { formatDuration, formatInstant } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { useMe } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { Instant } from '../../components/Instant.tsx';
import { jobGpusColumn, jobNameColumn, jobStateColumn, jobSubmittedColumn } from '../../components/job-columns.tsx';
import { useReasonText } from '../../components/reason.ts';
import { ShortId } from '../../components/ShortId.tsx';

export type JobSummary = components['schemas']['JobSummary'];

export const JOB_STATES: readonly JobSummary['state'][] = [
  'Queued',
  'Admitted',
  'Starting',
  'Running',
  'Suspending',
  'Suspended',
  'Succeeded',
  'Failed',
  'TimedOut',
  'Cancelled',
];

interface Names {
  /** Undefined for a company's people, who see their own only. */
  readonly companies: ReadonlyMap<string, string> | undefined;
  readonly members: ReadonlyMap<string, string>;
}

/** The columns of a list of jobs. */
export function useJobColumns({ companies, members }: Names): Column<JobSummary>[] {
  const { t } = useTranslation(['jobs', 'common']);
  const reasonText = useReasonText();
  return useMemo(
    () => [
      jobNameColumn({ title: t('column.name'), width: 200 }),
      ...(companies === undefined ? [] : [companyColumn(companies, t)]),
      jobStateColumn({ title: t('column.state'), width: 134 }, (state) => t(`common:jobState.${state}`)),
      {
        key: 'why',
        title: t('column.why'),
        width: 260,
        render: (job) => <Why job={job} />,
        value: (job) => {
          const reason = reasonOf(job);
          return reason === undefined ? undefined : reasonText(reason);
        },
      },
      jobGpusColumn({ title: t('column.gpus'), width: 120 }),
      {
        key: 'runtime',
        title: t('column.runtime'),
        width: 144,
        align: 'right',
        render: (job) => <span className="tabular">{runtimeOf(job) === undefined ? '—' : formatDuration(runtimeOf(job) ?? 0)}</span>,
        value: runtimeOf,
      },
      ...(companies === undefined ? [submitterColumn(members, t)] : []),
      jobSubmittedColumn({ title: t('column.submittedAt'), width: 150 }),
      {
        key: 'endedAt',
        title: t('column.endedAt'),
        width: 150,
        optional: true,
        render: ({ endedAt }) => <Instant at={endedAt} />,
        value: ({ endedAt }) => endedAt,
      },
      { key: 'id', title: t('column.id'), width: 140, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
    ],
    [t, reasonText, companies, members],
  );
}

function nameColumn(key: string, title: string, nameOf: (job: JobSummary) => string): Column<JobSummary> {
  return {
    key,
    title,
    width: 140,
    render: (job) => (
      <span className="name" dir="auto" title={nameOf(job)}>
        {nameOf(job)}
      </span>
    ),
    value: nameOf,
  };
}

function companyColumn(companies: ReadonlyMap<string, string>, t: TFunction<'jobs'>): Column<JobSummary> {
  return nameColumn('company', t('column.company'), ({ tenantId }) => companies.get(tenantId) ?? '…');
}

function submitterColumn(members: ReadonlyMap<string, string>, t: TFunction<'jobs'>): Column<JobSummary> {
  return nameColumn('submittedBy', t('column.submittedBy'), ({ submittedBy }) => members.get(submittedBy) ?? '—');
}

/** The code of why it waits, was suspended, or failed. */
function reasonOf({ state, waiting, stopReason, exit }: JobSummary): string | undefined {
  switch (state) {
    case 'Queued':
      return waiting?.reason;
    case 'Suspending':
    case 'Suspended':
      return stopReason ?? undefined;
    case 'Failed':
      return exit?.reason;
    default:
      return undefined;
  }
}

/** Why the job waits and when it is expected to start; why it was suspended or failed; when the funds of a running one end. */
function Why({ job }: { readonly job: JobSummary }) {
  const { t } = useTranslation('jobs');
  const reasonText = useReasonText();
  const reason = reasonOf(job);
  const { waiting, exhaustsAt, state } = job;
  if (state === 'Running' && exhaustsAt !== null) {
    return (
      <>
        {t('exhausts')} <Instant at={exhaustsAt} />
      </>
    );
  }
  if (reason === undefined) return null;
  return (
    <span title={waiting?.detail}>
      {reasonText(reason)}
      {state === 'Queued' && waiting?.expectedStart !== null && waiting?.expectedStart !== undefined && (
        <ExpectedStart at={waiting.expectedStart} />
      )}
    </span>
  );
}

/** How long it waits at most; its title says until when. */
function ExpectedStart({ at }: { readonly at: string }) {
  const { t } = useTranslation('jobs');
  const { timeZone } = useMe();
  const seconds = (Date.parse(at) - useNow()) / 1_000;
  return (
    <span className="soft" title={formatInstant(at, timeZone)}>
      {' '}
      · {seconds < 60 ? t('startsSoon') : t('expectedStart', { duration: formatDuration(seconds) })}
    </span>
  );
}

/** Seconds that its last attempt has run, or ran. */
function runtimeOf({ startedAt, endedAt }: JobSummary): number | undefined {
  if (startedAt === null) return undefined;
  return Math.max(0, ((endedAt === null ? Date.now() : Date.parse(endedAt)) - Date.parse(startedAt)) / 1_000);
}
