import { Alert, Steps } from 'antd';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Section } from '../../components/Section.tsx';
import type { Evidence } from '../review/application-data.ts';
import { AttachmentsSection } from '../review/AttachmentsSection.tsx';
import { CommentsSection } from '../review/CommentsSection.tsx';
import { DueDate } from '../review/DueDate.tsx';
import { RequestSection } from '../review/RequestSection.tsx';
import { TrailSection } from '../review/TrailSection.tsx';
import styles from './applications.module.css';
import type { Application } from './draft-fields.ts';

interface FollowProps {
  readonly application: Application;
  readonly evidence: Evidence;
}

/** Where an application is: who has it, since when, what comes next and when that is due. */
export function Follow({ application, evidence }: FollowProps) {
  return (
    <>
      <Progress application={application} evidence={evidence} />
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <RequestSection application={application} evidence={evidence} />
          <CommentsSection applicationId={application.id} />
        </div>
        <div className={styles['main']}>
          <AttachmentsSection
            applicationId={application.id}
            attachments={evidence.attachments}
            names={evidence.programme?.requiredAttachments ?? []}
          />
          <TrailSection events={evidence.events} unit={evidence.programme?.unit ?? 'CNY'} />
        </div>
      </div>
    </>
  );
}

const PLACE = { draft: 0, returned: 0, submitted: 1, recommended: 2, endorsed: 2, approved: 3, rejected: 3, withdrawn: 3 } as const;

function Progress({ application, evidence }: FollowProps) {
  const { t } = useTranslation('applications');
  const { status, submittedAt, dueAt } = application;
  const since = evidence.events?.findLast(({ action }) => action !== 'due-soon' && action !== 'overdue')?.at ?? submittedAt;
  const pending = status === 'submitted' || status === 'recommended' || status === 'endorsed';
  const failed = status === 'rejected' || status === 'withdrawn';
  return (
    <Section title={t('follow.title')}>
      <Steps
        current={PLACE[status]}
        status={failed ? 'error' : status === 'approved' ? 'finish' : 'process'}
        items={[
          { title: t('follow.step.submitted') },
          { title: t('follow.step.review') },
          { title: t('follow.step.decision') },
          { title: t('follow.step.result') },
        ]}
      />
      <div className={styles['state']}>
        {pending ? (
          <Facts
            facts={[
              { label: t('follow.who'), value: t(`follow.holder.${status}`) },
              { label: t('follow.since'), value: <Instant at={since} /> },
              { label: t('follow.next'), value: t(`follow.nextStep.${status}`) },
              { label: t('follow.due'), value: <DueDate at={dueAt} /> },
            ]}
          />
        ) : (
          <Outcome application={application} evidence={evidence} />
        )}
      </div>
    </Section>
  );
}

function Outcome({ application, evidence }: FollowProps): ReactNode {
  const { t } = useTranslation('applications');
  const { status, companyId, grantId, id } = application;
  const grants = $api.useQuery(
    'get',
    '/api/v1/companies/{id}/balance',
    { params: { path: { id: companyId } } },
    { enabled: status === 'approved' },
  );
  const opinion = evidence.events?.findLast(
    ({ action }) => action === 'rejected' || action === 'declined' || action === 'withdrawn',
  )?.opinion;
  if (status === 'approved') {
    const grant = grantId ?? grants.data?.grants.find(({ applicationId }) => applicationId === id)?.id;
    return (
      <Alert
        type="success"
        showIcon
        title={t('follow.approved')}
        description={
          grant !== undefined && (
            <Link to="/grants/$id" params={{ id: grant }}>
              {t('follow.openGrant')}
            </Link>
          )
        }
      />
    );
  }
  if (status === 'rejected') return <Alert type="error" showIcon title={t('follow.rejected')} description={opinion ?? undefined} />;
  return (
    <Alert
      type="info"
      showIcon
      title={t(status === 'withdrawn' ? 'follow.withdrawn' : 'follow.withAuthor')}
      description={opinion ?? undefined}
    />
  );
}
