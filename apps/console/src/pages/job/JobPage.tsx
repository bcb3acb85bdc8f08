import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { formatDuration, formatGpuHours } from '../../app/format.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { JobState } from '../../components/JobState.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import type { Job } from './job.ts';
import { JobActions } from './JobActions.tsx';
import { JobEventList } from './JobEventList.tsx';
import { JobFile } from './JobFile.tsx';
import { JobOutlook } from './JobOutlook.tsx';
import { JobOverview } from './JobOverview.tsx';
import { LogPanel } from './log/LogPanel.tsx';
import { PodEventTable } from './PodEventTable.tsx';
import type { JobTab } from './routes.ts';
import { useJob, useJobEvents } from './use-job.ts';

const route = getRouteApi('/shell/jobs/$id');

function StopsForOthers({ stops: { times, lostGpuSeconds } }: { readonly stops: NonNullable<Job['stoppedForOthers']> }) {
  const { t } = useTranslation('job');
  return <p className="soft">{t('outlook.stoppedForOthers', { count: times, gpuHours: formatGpuHours(lostGpuSeconds) })}</p>;
}

/** A job: its state and what comes next, where it ran, its log, its cost and its events. */
export function JobPage() {
  const { t } = useTranslation('job');
  const { id } = route.useParams();
  const { tab = 'overview', replica, attempt } = route.useSearch();
  const navigate = route.useNavigate();
  const job = useJob(id);
  const { rows: events = [], error, onRetry, more } = useJobEvents(id);
  const mayReadLogs = useMay('log.read');
  const submitter = events.find(({ kind }) => kind === 'submitted')?.actor;
  const show = (next: JobTab): void => void navigate({ search: next === 'overview' ? {} : { tab: next } });
  return (
    <>
      <PageHeader
        title={job.name}
        beside={
          <>
            <JobState state={job.state} />
            <ShortId id={job.id} />
          </>
        }
        description={
          <>
            {t('head.gpus', { gpus: job.replicas * job.gpusPerReplica, gpuClass: job.gpuClass, replicas: job.replicas })} ·{' '}
            {t('head.maxRuntime', { duration: formatDuration(job.maxRuntimeSeconds) })} · {t('head.submitted', { name: submitter ?? '…' })}{' '}
            <Instant at={job.submittedAt} />
          </>
        }
        actions={<JobActions job={job} />}
      />
      {job.stoppedForOthers !== null && <StopsForOthers stops={job.stoppedForOthers} />}
      <JobOutlook job={job} onShowLog={mayReadLogs && job.attempt > 0 ? () => show('log') : undefined} />
      {error !== null && events.length === 0 && <ErrorNotice error={error} onRetry={onRetry} />}
      <Tabs
        activeKey={tab}
        onChange={(key) => show(key as JobTab)}
        destroyOnHidden
        items={[
          { key: 'overview', label: t('tab.overview'), children: <JobOverview job={job} events={events} /> },
          ...(mayReadLogs
            ? [
                {
                  key: 'log',
                  label: t('tab.log'),
                  children: <LogPanel job={job} replica={replica ?? 0} attempt={attempt ?? job.attempt} />,
                },
              ]
            : []),
          {
            key: 'events',
            label: t('tab.events'),
            children: (
              <>
                <Section title={t('tab.events')} flush>
                  <JobEventList events={events} more={more} />
                </Section>
                <Section title={t('podEvents.title')} flush>
                  <PodEventTable job={job} />
                </Section>
              </>
            ),
          },
          { key: 'file', label: t('tab.file'), children: <JobFile job={job} /> },
        ]}
      />
    </>
  );
}
