import { Link } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../../app/parts.ts';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { WhenSeen } from '../../components/WhenSeen.tsx';

const OpenJobsTable = lazyPart(async () => (await import('./OpenJobsTable.tsx')).OpenJobsTable);
const HEIGHT = 240;

/** The jobs that wait and run, below what the page shows first. */
export function OpenJobs() {
  const { t } = useTranslation('home');
  return (
    <Section title={t('jobs.title')} actions={<Link to="/jobs">{t('jobs.all')}</Link>} flush>
      <WhenSeen height={HEIGHT}>
        <Suspense fallback={<Loading lines={6} />}>
          <OpenJobsTable />
        </Suspense>
      </WhenSeen>
    </Section>
  );
}
