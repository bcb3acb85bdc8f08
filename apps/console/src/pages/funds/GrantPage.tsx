import { Link, useParams } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import { formatBasisPoints } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import { BurnDown } from '../../components/BurnDown.tsx';
import { DaysLeft } from '../../components/DaysLeft.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { usePayerColour } from '../../components/source-colours.ts';
import { GrantStatus } from '../../components/Statuses.tsx';
import { Entries } from './Entries.tsx';

type Grant = components['schemas']['GrantSheet'];
type GrantJob = components['schemas']['GrantJobs']['items'][number];

const PAGE = 50;
const AMENDMENTS = ['renewal', 'increase', 'extension'] as const;

/** One grant: what is left of it and until when, what it paid for, and every entry of its account. */
export function GrantPage() {
  const { id } = useParams({ from: '/shell/grants/$id' });
  const grant = $api.useQuery('get', '/api/v1/grants/{id}', { params: { path: { id } } });
  if (grant.data !== undefined) return <Loaded grant={grant.data} />;
  return grant.error === null ? <Loading lines={8} /> : <ErrorNotice error={grant.error} onRetry={() => void grant.refetch()} />;
}

function Loaded({ grant }: { readonly grant: Grant }) {
  const { t } = useTranslation(['funds', 'common']);
  const mayApply = useMay('application.write');
  const { id, unit, status } = grant;
  const burnDown = $api.useQuery('get', '/api/v1/grants/{id}/burn-down', { params: { path: { id } } });
  const colourOf = usePayerColour();
  const frozen = grant.events.findLast(({ kind }) => kind.includes('frozen') || kind.includes('freeze'));
  return (
    <>
      <PageHeader
        title={grant.name}
        beside={
          <>
            <GrantStatus status={status} />
            <ShortId id={id} />
          </>
        }
        actions={
          mayApply &&
          AMENDMENTS.map((kind) => (
            <LinkButton key={kind} to="/applications/new" search={{ kind, grant: id }}>
              {t(`common:applicationKind.${kind}`)}
            </LinkButton>
          ))
        }
      />
      {status === 'frozen' && (
        <Alert type="warning" showIcon title={t('grant.frozen')} description={frozen?.reason ?? undefined} style={{ marginBottom: 16 }} />
      )}
      <Section title={t('grant.state')}>
        <Figures>
          <Figure label={t('amount.available')} value={<Amount unit={unit} amount={grant.available} />} />
          <Figure label={t('amount.held')} value={<Amount unit={unit} amount={grant.held} />} hint={t('amount.heldHint')} />
          <Figure label={t('amount.spent')} value={<Amount unit={unit} amount={grant.spent} />} />
          <Figure label={t('amount.given')} value={<Amount unit={unit} amount={grant.promised} />} />
          <Figure
            label={t('amount.daysLeft')}
            value={<DaysLeft days={grant.runway.daysLeft} left={grant.available} />}
            hint={
              <>
                {t('amount.perDay')} <Amount unit={unit} amount={grant.runway.consumptionPerDay} />
              </>
            }
          />
        </Figures>
      </Section>
      <Section title={t('burnDown')}>
        {burnDown.error === null || burnDown.data !== undefined ? (
          <BurnDown data={burnDown.data} colour={colourOf({ programmeId: grant.programmeId })} height={240} />
        ) : (
          <ErrorNotice error={burnDown.error} onRetry={() => void burnDown.refetch()} />
        )}
      </Section>
      <Terms grant={grant} />
      <GrantJobs grant={grant} />
      <GrantEntries id={id} unit={unit} />
    </>
  );
}

function Terms({ grant }: { readonly grant: Grant }) {
  const { t } = useTranslation('funds');
  const { unit, programmeId, companyId, applicationId } = grant;
  const mayReadApplications = useMay('application.read');
  const programme = $api.useQuery('get', '/api/v1/programmes/{id}', { params: { path: { id: programmeId } } });
  const quota = $api.useQuery('get', '/api/v1/companies/{id}/quota', { params: { path: { id: companyId } } });
  const cap = quota.data?.caps.find((one) => one.programmeId === programmeId);
  const capOf = (paid: number | undefined, limit: number | null | undefined) =>
    limit === null || limit === undefined ? (
      t('grant.noCap')
    ) : (
      <>
        <Amount unit={unit} amount={paid ?? 0} /> / <Amount unit={unit} amount={limit} />
      </>
    );
  return (
    <Section title={t('grant.terms')}>
      <Facts
        facts={[
          { label: t('grant.programme'), value: programme.data?.name ?? '—' },
          { label: t('grant.funder'), value: programme.data?.funder ?? '—' },
          { label: t('grants.period'), value: <Period from={grant.validFrom} until={grant.validUntil} /> },
          { label: t('grant.opened'), value: <Instant at={grant.openedAt} precision="day" /> },
          { label: t('grant.coverage'), value: programme.data === undefined ? '—' : formatBasisPoints(programme.data.coverageBp) },
          { label: t('grant.classes'), value: programme.data?.classes.join(' · ') ?? '—' },
          { label: t('grant.monthlyCap'), value: capOf(cap?.paidThisMonth, programme.data?.monthlyCapPerTenant) },
          { label: t('grant.cap'), value: capOf(cap?.paid, programme.data?.capPerTenant) },
          ...(applicationId !== null && mayReadApplications
            ? [
                {
                  label: t('grant.application'),
                  value: (
                    <Link to="/applications/$id" params={{ id: applicationId }}>
                      {t('grant.openApplication')}
                    </Link>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Section>
  );
}

function GrantJobs({ grant: { id, unit } }: { readonly grant: Grant }) {
  const { t } = useTranslation('funds');
  const jobs = $api.useQuery('get', '/api/v1/grants/{id}/jobs', { params: { path: { id } } });
  const columns = useMemo<Column<GrantJob>[]>(
    () => [
      {
        key: 'job',
        title: t('jobs.job'),
        always: true,
        width: 200,
        render: ({ jobId, jobName }) => (
          <Link to="/jobs/$id" params={{ id: jobId }} className="name" dir="auto" title={jobName ?? jobId}>
            {jobName ?? jobId}
          </Link>
        ),
        value: ({ jobId, jobName }) => jobName ?? jobId,
      },
      {
        key: 'gpuSeconds',
        title: t('jobs.gpuHours'),
        width: 130,
        align: 'right',
        render: ({ gpuSeconds }) => <GpuHours gpuSeconds={gpuSeconds} bare />,
        value: ({ gpuSeconds }) => gpuSeconds,
      },
      {
        key: 'listFen',
        title: t('jobs.listCost'),
        width: 140,
        align: 'right',
        render: ({ listFen }) => <Money fen={listFen} />,
        value: ({ listFen }) => listFen,
      },
      {
        key: 'amount',
        title: t('jobs.paid'),
        width: 160,
        align: 'right',
        render: ({ amount }) => <Amount unit={unit} amount={amount} />,
        value: ({ amount }) => amount,
      },
    ],
    [t, unit],
  );
  return (
    <Section title={t('jobs.title')} flush>
      <DataTable
        name={t('jobs.title')}
        columns={columns}
        rows={jobs.data?.items}
        rowKey={({ jobId }) => jobId}
        error={jobs.error}
        onRetry={() => void jobs.refetch()}
        empty={<Empty title={t('jobs.none')} />}
      />
    </Section>
  );
}

function GrantEntries({ id, unit }: { readonly id: string; readonly unit: Grant['unit'] }) {
  const query = { order: 'latest', limit: PAGE } as const;
  const entries = useListed($api.useInfiniteQuery('get', '/api/v1/grants/{id}/entries', { params: { path: { id }, query } }, PAGES));
  return <Entries unit={unit} entries={entries} />;
}
