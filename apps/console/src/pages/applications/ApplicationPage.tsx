import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { ApplicationStatus } from '../../components/Statuses.tsx';
import { useEvidence } from '../review/application-data.ts';
import type { Application } from './draft-fields.ts';
import { DraftEditor } from './DraftEditor.tsx';
import { Follow } from './Follow.tsx';
import { WithdrawButton } from './WithdrawButton.tsx';

/** An application of the own company: to write while it is with its author, to follow afterwards. */
export function ApplicationPage() {
  const { id } = useParams({ from: '/shell/applications/$id' });
  const application = $api.useQuery('get', '/api/v1/applications/{id}', { params: { path: { id } } });
  if (application.data !== undefined) return <Loaded key={id} application={application.data} />;
  return application.error === null ? (
    <Loading lines={8} />
  ) : (
    <ErrorNotice error={application.error} onRetry={() => void application.refetch()} />
  );
}

function Loaded({ application }: { readonly application: Application }) {
  const { t } = useTranslation('common');
  const mayWrite = useMay('application.write');
  const evidence = useEvidence(application);
  const { id, kind, status } = application;
  const withAuthor = status === 'draft' || status === 'returned';
  return (
    <>
      <PageHeader
        title={t(`applicationKind.${kind}`)}
        beside={
          <>
            <ApplicationStatus status={status} />
            <ShortId id={id} />
          </>
        }
        description={evidence.programme?.name}
        actions={mayWrite && application.decidedAt === null && status !== 'withdrawn' && <WithdrawButton application={application} />}
      />
      {withAuthor && mayWrite ? (
        <DraftEditor application={application} evidence={evidence} />
      ) : (
        <Follow application={application} evidence={evidence} />
      )}
    </>
  );
}
