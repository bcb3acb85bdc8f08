import { useTranslation } from 'react-i18next';
import { Section } from '../../components/Section.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ClusterWarnings } from './ClusterWarnings.tsx';
import { GpuMetrics } from './GpuMetrics.tsx';
import { JobCost } from './JobCost.tsx';
import { attemptsOf, type Job, type JobEvent, spansOf } from './job.ts';
import { PodTable } from './PodTable.tsx';
import { StateTimeline } from './StateTimeline.tsx';

interface JobOverviewProps {
  readonly job: Job;
  readonly events: readonly JobEvent[];
}

export function JobOverview({ job, events }: JobOverviewProps) {
  const { t } = useTranslation('job');
  const attempts = attemptsOf(events);
  return (
    <>
      <Section title={t('timeline.title')}>
        <StateTimeline spans={spansOf(events)} />
      </Section>
      <ClusterWarnings job={job} />
      {job.attempt > 0 && <GpuMetrics job={job} />}
      <JobCost job={job} />
      <Section title={t('pods.title')} flush>
        {attempts.length === 0 ? <Empty title={t('pods.none')} hint={t('pods.noneHint')} /> : <PodTable job={job} attempts={attempts} />}
      </Section>
    </>
  );
}
