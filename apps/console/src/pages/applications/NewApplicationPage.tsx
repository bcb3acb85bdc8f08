import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Radio } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Programme } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { useMe } from '../../api/session.ts';
import { formatBasisPoints } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { Amount } from '../../components/Amount.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Loading } from '../../components/Loading.tsx';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './applications.module.css';
import { firstInstant } from './draft-fields.ts';
import type { AppliedKind } from './search.ts';

const LISTED = 200;

/** Begins an application: for a grant of a programme, or about a grant that the company has. */
export function NewApplicationPage() {
  const { t } = useTranslation(['applications', 'common']);
  const { kind, grant } = useSearch({ from: '/shell/applications/new' });
  return (
    <OfCompany>
      {() => (
        <>
          <PageHeader title={kind === undefined ? t('new.title') : t(`common:applicationKind.${kind}`)} description={t('new.about')} />
          {grant === undefined ? <OfProgramme /> : <OfGrant kind={kind ?? 'renewal'} grantId={grant} />}
        </>
      )}
    </OfCompany>
  );
}

function OfProgramme() {
  const { t } = useTranslation('applications');
  const now = useNow();
  const { timeZone } = useMe();
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/programmes', { params: { query: { limit: LISTED } } });
  const open = useMemo(() => data?.items.filter(({ status }) => status === 'open'), [data]);
  const [chosen, setChosen] = useState<Programme>();
  const start = useStart();
  if (open === undefined) return error === null ? <Loading lines={6} /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (open.length === 0) return <Empty title={t('new.noProgramme')} hint={t('new.noProgrammeHint')} />;
  return (
    <Section title={t('new.programme')}>
      <Radio.Group className={styles['programmes'] ?? ''} value={chosen?.id} aria-label={t('new.programme')}>
        {open.map((programme) => (
          <Radio key={programme.id} value={programme.id} className={styles['programme'] ?? ''} onChange={() => setChosen(programme)}>
            <strong dir="auto">{programme.name}</strong> <span className="soft">{programme.funder}</span>
            <ProgrammeFacts programme={programme} now={now} />
          </Radio>
        ))}
      </Radio.Group>
      {start.error !== null && <ErrorNotice error={start.error} />}
      <Button
        type="primary"
        disabled={chosen === undefined}
        loading={start.busy}
        onClick={() => {
          if (chosen === undefined) return;
          start.begin({
            ...{ kind: 'grant', programmeId: chosen.id, validUntil: chosen.validUntil },
            validFrom: firstInstant(chosen, now, timeZone),
          });
        }}
      >
        {t('new.start')}
      </Button>
    </Section>
  );
}

function ProgrammeFacts({ programme, now }: { readonly programme: Programme; readonly now: number }) {
  const { t } = useTranslation('applications');
  const { applicationFrom, applicationUntil, unit, capPerTenant, requiredAttachments } = programme;
  const closed =
    (applicationFrom !== null && Date.parse(applicationFrom) > now) || (applicationUntil !== null && Date.parse(applicationUntil) <= now);
  return (
    <Facts
      facts={[
        { label: t('new.coverage'), value: formatBasisPoints(programme.coverageBp) },
        { label: t('new.classes'), value: programme.classes.join(' · ') },
        { label: t('new.period'), value: <Period from={programme.validFrom} until={programme.validUntil} /> },
        {
          label: t('new.window'),
          value:
            applicationFrom === null && applicationUntil === null ? (
              t('new.always')
            ) : (
              <>
                <Period from={applicationFrom} until={applicationUntil} /> {closed && t('new.closed')}
              </>
            ),
        },
        { label: t('new.cap'), value: capPerTenant === null ? t('new.noCap') : <Amount unit={unit} amount={capPerTenant} /> },
        {
          label: t('new.attachments'),
          value: requiredAttachments.length === 0 ? t('new.noAttachments') : requiredAttachments.map(({ name }) => name).join('、'),
        },
      ]}
    />
  );
}

function OfGrant({ kind, grantId }: { readonly kind: AppliedKind; readonly grantId: string }) {
  const { t } = useTranslation(['applications', 'common']);
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/grants/{id}', { params: { path: { id: grantId } } });
  const start = useStart();
  if (data === undefined) return error === null ? <Loading lines={4} /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <Section title={t('new.grant')}>
      <Facts
        facts={[
          { label: t('new.grantName'), value: data.name },
          { label: t('new.kind'), value: t(`common:applicationKind.${kind}`) },
          { label: t('new.available'), value: <Amount unit={data.unit} amount={data.available} /> },
          { label: t('new.validity'), value: <Period from={data.validFrom} until={data.validUntil} /> },
        ]}
      />
      {start.error !== null && <ErrorNotice error={start.error} />}
      <Button
        type="primary"
        loading={start.busy}
        onClick={() => start.begin({ kind, grantId, ...(kind === 'renewal' && { validFrom: data.validUntil }) })}
      >
        {t('new.start')}
      </Button>
    </Section>
  );
}

interface Beginning {
  readonly kind: AppliedKind;
  readonly programmeId?: string;
  readonly grantId?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** Makes the draft and opens it. */
function useStart() {
  const navigate = useNavigate();
  const outdate = useOutdate();
  const { name } = useMe();
  const key = useRef(crypto.randomUUID());
  const { mutate, error, isPending } = $api.useMutation('post', '/api/v1/applications', {
    onSuccess: ({ id }) => {
      void outdate('/api/v1/applications');
      void navigate({ to: '/applications/$id', params: { id }, replace: true });
    },
    onError: () => {
      key.current = crypto.randomUUID();
    },
  });
  return {
    error,
    busy: isPending,
    begin: (beginning: Beginning) =>
      mutate({ params: { header: { 'Idempotency-Key': key.current } }, body: { ...beginning, contactName: name } }),
  };
}
