import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Amount } from '../../components/Amount.tsx';
import { DaysLeft } from '../../components/DaysLeft.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { GrantStatus } from '../../components/Statuses.tsx';
import { ApplyButton } from './ApplyButton.tsx';

type Grant = components['schemas']['Balance']['grants'][number];

/** The grants of a company: what was given, spent, held and left of each. */
export function GrantsPage() {
  return <OfCompany>{(companyId) => <Grants companyId={companyId} />}</OfCompany>;
}

function Grants({ companyId }: { readonly companyId: string }) {
  const { t } = useTranslation('funds');
  const navigate = useNavigate();
  const mayApply = useMay('application.write');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/balance', { params: { path: { id: companyId } } });
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t('grants.title')} actions={mayApply && <ApplyButton />} />
      <Section title={t('grants.list')} flush>
        <DataTable
          name={t('grants.title')}
          columns={columns}
          rows={data?.grants}
          rowKey={({ id }) => id}
          error={error}
          onRetry={() => void refetch()}
          onOpen={({ id }) => void navigate({ to: '/grants/$id', params: { id } })}
          empty={<Empty title={t('grants.none')} hint={t('grants.noneHint')} action={mayApply ? <ApplyButton /> : undefined} />}
        />
      </Section>
    </>
  );
}

function useColumns(): Column<Grant>[] {
  const { t } = useTranslation(['funds', 'common']);
  return useMemo(() => {
    const amount = (key: 'available' | 'held' | 'spent'): Column<Grant> => ({
      key,
      title: t(`amount.${key}`),
      width: 164,
      align: 'right',
      render: (grant) => <Amount unit={grant.unit} amount={grant[key]} />,
      value: (grant) => grant[key],
    });
    return [
      {
        key: 'name',
        title: t('grants.name'),
        always: true,
        width: 220,
        render: ({ id, name }) => (
          <Link to="/grants/$id" params={{ id }} className="name" dir="auto" title={name}>
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'status',
        title: t('grants.status'),
        width: 110,
        render: ({ status }) => <GrantStatus status={status} />,
        value: ({ status }) => t(`common:grantStatus.${status}`),
      },
      {
        key: 'given',
        title: t('amount.given'),
        width: 164,
        align: 'right',
        render: (grant) => <Amount unit={grant.unit} amount={givenOf(grant)} />,
        value: givenOf,
      },
      amount('spent'),
      amount('held'),
      amount('available'),
      {
        key: 'daysLeft',
        title: t('amount.daysLeft'),
        width: 130,
        align: 'right',
        render: ({ runway, available }) => <DaysLeft days={runway.daysLeft} left={available} />,
        value: ({ runway }) => runway.daysLeft,
      },
      {
        key: 'period',
        title: t('grants.period'),
        width: 200,
        render: ({ validFrom, validUntil }) => <Period from={validFrom} until={validUntil} />,
        value: ({ validUntil }) => validUntil,
      },
      { key: 'id', title: t('grants.id'), width: 140, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
    ];
  }, [t]);
}

function givenOf({ available, held, spent }: Grant): number {
  return available + held + spent;
}
