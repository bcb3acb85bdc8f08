import { ArrowLeftOutlined, DownOutlined, UpOutlined } from '@ant-design/icons';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { ApplicationStatus } from '../../components/Statuses.tsx';
import { type Application, useEvidence } from './application-data.ts';
import { AttachmentsSection } from './AttachmentsSection.tsx';
import { CommentsSection } from './CommentsSection.tsx';
import { DecisionPanel } from './DecisionPanel.tsx';
import { DueDate } from './DueDate.tsx';
import { EligibilitySection } from './EligibilitySection.tsx';
import { BudgetSection, CompanySection, GrantsSection, HistorySection } from './EvidenceSections.tsx';
import { stepOf, tookPart, useQueue } from './queue.ts';
import { RequestSection } from './RequestSection.tsx';
import styles from './review.module.css';
import { TrailSection } from './TrailSection.tsx';
import { UsageSection } from './UsageSection.tsx';
import { useKeys } from './use-keys.ts';

/** One application with what its decision needs beside it, and the way to the next one of the queue. */
export function ApplicationPage() {
  const { id } = useParams({ from: '/shell/review/$id' });
  const application = $api.useQuery('get', '/api/v1/applications/{id}', { params: { path: { id } } });
  if (application.data !== undefined) return <Loaded key={id} application={application.data} />;
  return application.error === null ? (
    <Loading lines={8} />
  ) : (
    <ErrorNotice error={application.error} onRetry={() => void application.refetch()} />
  );
}

function Loaded({ application }: { readonly application: Application }) {
  const { t } = useTranslation(['review', 'common']);
  const { message } = App.useApp();
  const me = useMe();
  const evidence = useEvidence(application);
  const { previous, next, place, length, open } = useNeighbours(application.id);
  useKeys({ j: () => open(next), k: () => open(previous) });
  const { company, programme } = evidence;
  const step = stepOf(application, me);
  // Where somebody else decides meanwhile, the panel stays with what was typed.
  const [begun, setBegun] = useState<'review' | 'decide'>();
  const shown = step ?? begun;
  return (
    <>
      <PageHeader
        title={company?.name ?? '…'}
        beside={
          <>
            <ApplicationStatus status={application.status} />
            <ShortId id={application.id} />
          </>
        }
        description={
          <>
            {t(`common:applicationKind.${application.kind}`)} · {programme?.name}
            {application.dueAt !== null && (
              <>
                {' '}
                · {t('column.dueAt')} <DueDate at={application.dueAt} />
              </>
            )}
          </>
        }
        actions={
          <>
            <BackToQueue />
            <Button icon={<UpOutlined />} disabled={previous === undefined} onClick={() => open(previous)} title={t('previousKey')}>
              {t('previous')}
            </Button>
            <Button icon={<DownOutlined />} disabled={next === undefined} onClick={() => open(next)} title={t('nextKey')}>
              {t('next')}
            </Button>
            {place !== undefined && (
              <span className={`soft tabular ${styles['place']}`}>
                {place} / {length}
              </span>
            )}
          </>
        }
      />
      <div className={styles['columns']}>
        <div className={styles['side']}>
          <div className={styles['sticky']}>
            {shown !== undefined && programme !== undefined && company !== undefined ? (
              <DecisionPanel
                key={application.id}
                application={application}
                programme={programme}
                step={shown}
                awaited={step === shown}
                onBegin={() => setBegun(shown)}
                onDone={(status) => {
                  void message.success(t('decide.done', { name: company.name, status: t(`common:applicationStatus.${status}`) }));
                  open(next ?? previous, 'queue');
                }}
              />
            ) : (
              shown === undefined && (
                <Section title={t('decide.none')}>
                  <Empty title={t(tookPart(application, me) && isPending(application) ? 'decide.otherPerson' : 'decide.notYours')} />
                </Section>
              )
            )}
            <AttachmentsSection
              applicationId={application.id}
              attachments={evidence.attachments}
              names={programme?.requiredAttachments ?? []}
            />
            <CommentsSection key={`comments ${application.id}`} applicationId={application.id} />
            <TrailSection events={evidence.events} unit={programme?.unit ?? 'CNY'} />
          </div>
        </div>
        <div className={styles['main']}>
          <RequestSection application={application} evidence={evidence} />
          {!isProposal(application) && <EligibilitySection application={application} evidence={evidence} />}
          <BudgetSection application={application} evidence={evidence} />
          <GrantsSection application={application} evidence={evidence} />
          <UsageSection companyId={application.companyId} />
          <HistorySection application={application} evidence={evidence} />
          <CompanySection application={application} evidence={evidence} />
        </div>
      </div>
    </>
  );
}

/** A freeze or claw-back, which the park proposes: it asks nothing of the company. */
function isProposal({ kind }: Application): boolean {
  return kind === 'freeze' || kind === 'claw-back';
}

function isPending({ status }: Application): boolean {
  return status === 'submitted' || status === 'recommended' || status === 'endorsed';
}

function BackToQueue() {
  const { t } = useTranslation('review');
  const search = useSearch({ from: '/shell/review/$id' });
  return (
    <Link to="/review" search={search} className={styles['back'] ?? ''}>
      <ArrowLeftOutlined aria-hidden="true" /> {t('back')}
    </Link>
  );
}

/** The applications before and after this one in the queue. */
function useNeighbours(id: string) {
  const search = useSearch({ from: '/shell/review/$id' });
  const navigate = useNavigate();
  const { data } = useQueue(search);
  const index = data?.findIndex((application) => application.id === id) ?? -1;
  const open = useCallback(
    (other: string | undefined, otherwise?: 'queue') => {
      if (other !== undefined) void navigate({ to: '/review/$id', params: { id: other }, search });
      else if (otherwise === 'queue') void navigate({ to: '/review', search });
    },
    [navigate, search],
  );
  return {
    previous: index > 0 ? data?.[index - 1]?.id : undefined,
    // An application that has left the queue is followed by its first.
    next: index === -1 ? data?.find((application) => application.id !== id)?.id : data?.[index + 1]?.id,
    place: index === -1 ? undefined : index + 1,
    length: data?.length ?? 0,
    open,
  };
}
