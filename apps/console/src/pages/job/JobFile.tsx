import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { CopyButton } from './CopyButton.tsx';
import type { Job } from './job.ts';
import styles from './JobFile.module.css';

/** The job file as it was submitted, defaults filled in. */
export function JobFile({ job }: { readonly job: Job }) {
  const { t } = useTranslation('job');
  const { data } = useQuery({
    queryKey: ['job-file', job.id],
    queryFn: async () => (await import('yaml')).stringify(job.file),
    staleTime: Infinity,
  });
  return (
    <Section title={t('tab.file')} actions={data !== undefined && <CopyButton text={data} label={t('copyFile')} />}>
      {data === undefined ? (
        <Loading />
      ) : (
        <pre className={styles['file']} tabIndex={0}>
          {data}
        </pre>
      )}
    </Section>
  );
}
