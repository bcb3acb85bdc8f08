import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useProgrammes } from '../../api/everything.ts';
import { formatFen } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import { DaysLeft } from '../../components/DaysLeft.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { jobGpusColumn, jobNameColumn, jobStateColumn, jobSubmittedColumn } from '../../components/job-columns.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import { GrantStatus } from '../../components/Statuses.tsx';

type Grant = components['schemas']['Grant'];
type Job = components['schemas']['JobSummary'];

const LISTED = 100;
const RECENT = 20;

interface OfCompany {
  readonly companyId: string;
}

/** What the company has of its own money, and how long it lasts. */
export function Wallet({ companyId }: OfCompany) {
  const { t } = useTranslation('companies');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/balance', { params: { path: { id: companyId } } });
  return (
    <Section title={t('wallet.title')}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={2} />
      ) : (
        <Figures>
          <Figure label={t('wallet.available')} value={<Money fen={data.wallet.availableFen} />} />
          <Figure label={t('wallet.held')} value={<Money fen={data.wallet.heldFen} />} />
          <Figure
            label={t('wallet.daysLeft')}
            value={<DaysLeft days={data.wallet.runway.daysLeft} left={data.wallet.availableFen} />}
            hint={t('wallet.perDay', { amount: formatFen(data.wallet.runway.consumptionPerDayFen) })}
          />
        </Figures>
      )}
    </Section>
  );
}

export function Grants({ companyId }: OfCompany) {
  const { t } = useTranslation(['companies', 'common']);
  const grants = $api.useQuery('get', '/api/v1/grants', { params: { query: { company: companyId, limit: LISTED } } });
  const programmes = useProgrammes();
  const columns = useMemo<Column<Grant>[]>(
    () => [
      {
        key: 'grant',
        title: t('grants.programme'),
        always: true,
        width: 240,
        render: ({ programmeId, name }) => (
          <Link
            to="/programmes/$id"
            params={{ id: programmeId }}
            className="name"
            dir="auto"
            title={programmes?.get(programmeId)?.name ?? name}
          >
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'grantStatus',
        title: t('column.status'),
        width: 110,
        render: ({ status }) => <GrantStatus status={status} />,
        value: ({ status }) => t(`common:grantStatus.${status}`),
      },
      {
        key: 'available',
        title: t('grants.available'),
        width: 160,
        align: 'right',
        render: ({ unit, available }) => <Amount unit={unit} amount={available} />,
        value: ({ available }) => available,
      },
      {
        key: 'held',
        title: t('grants.held'),
        width: 150,
        align: 'right',
        render: ({ unit, held }) => <Amount unit={unit} amount={held} />,
        value: ({ held }) => held,
      },
      {
        key: 'period',
        title: t('grants.period'),
        width: 200,
        render: ({ validFrom, validUntil }) => <Period from={validFrom} until={validUntil} />,
        value: ({ validUntil }) => validUntil,
      },
    ],
    [t, programmes],
  );
  return (
    <Section title={t('grants.title')} flush>
      <DataTable
        name={t('grants.title')}
        columns={columns}
        rows={grants.data?.items}
        rowKey={({ id }) => id}
        error={grants.error}
        onRetry={() => void grants.refetch()}
        empty={<Empty title={t('grants.none')} hint={t('grants.noneHint')} />}
      />
    </Section>
  );
}

export function Jobs({ companyId }: OfCompany) {
  const { t } = useTranslation(['companies', 'common']);
  const jobs = $api.useQuery('get', '/api/v1/jobs', { params: { query: { company: companyId, limit: RECENT } } });
  const columns = useMemo<Column<Job>[]>(
    () => [
      jobNameColumn({ title: t('jobs.name'), width: 240 }),
      jobStateColumn({ title: t('column.status'), width: 120 }, (state) => t(`common:jobState.${state}`)),
      jobGpusColumn({ title: t('jobs.gpus'), width: 130 }),
      jobSubmittedColumn({ title: t('jobs.submitted'), width: 150 }),
    ],
    [t],
  );
  return (
    <Section title={t('jobs.title')} flush>
      <DataTable
        name={t('jobs.title')}
        columns={columns}
        rows={jobs.data?.items}
        rowKey={({ id }) => id}
        error={jobs.error}
        onRetry={() => void jobs.refetch()}
        empty={<Empty title={t('jobs.none')} />}
      />
    </Section>
  );
}
