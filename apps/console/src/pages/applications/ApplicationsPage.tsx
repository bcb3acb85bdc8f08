import { PlusOutlined } from '@ant-design/icons';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { type Programme, useProgrammes } from '../../api/everything.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import { Amount } from '../../components/Amount.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { ApplicationStatus } from '../../components/Statuses.tsx';
import { DueDate } from '../review/DueDate.tsx';

type Application = components['schemas']['ApplicationSummary'];

const PAGE = 100;
const STATUSES = ['draft', 'submitted', 'returned', 'recommended', 'endorsed', 'approved', 'rejected', 'withdrawn'] as const;

/** The applications of a company, its drafts among them. */
export function ApplicationsPage() {
  return <OfCompany>{() => <Applications />}</OfCompany>;
}

function Applications() {
  const { t } = useTranslation(['applications', 'common']);
  const { status } = useSearch({ from: '/shell/applications' });
  const [, change] = useViewState();
  const navigate = useNavigate();
  const mayApply = useMay('application.write');
  const query = { limit: PAGE, ...(status !== undefined && { status }) };
  const applications = useListed($api.useInfiniteQuery('get', '/api/v1/applications', { params: { query } }, PAGES));
  const rows = useMemo(
    () => applications.rows?.toSorted((left, right) => right.createdAt.localeCompare(left.createdAt)),
    [applications.rows],
  );
  const columns = useColumns(useProgrammes());
  const apply = mayApply && (
    <LinkButton to="/applications/new" type="primary" icon={<PlusOutlined />}>
      {t('new.open')}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t('title')} actions={apply} />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          {...applications}
          rows={rows}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/applications/$id', params: { id } })}
          empty={<Empty title={t('empty')} hint={t('emptyHint')} action={apply} />}
          filters={
            <Select
              allowClear
              aria-label={t('column.status')}
              placeholder={t('column.status')}
              value={status}
              options={STATUSES.map((value) => ({ value, label: t(`common:applicationStatus.${value}`) }))}
              onChange={(value?: string) => change({ status: value })}
              style={{ width: 160 }}
            />
          }
        />
      </Section>
    </>
  );
}

function useColumns(programmes: ReadonlyMap<string, Programme> | undefined): Column<Application>[] {
  const { t } = useTranslation(['applications', 'common']);
  return useMemo(() => {
    const programmeOf = ({ programmeId }: Application): string => programmes?.get(programmeId)?.name ?? '';
    return [
      {
        key: 'programme',
        title: t('column.programme'),
        always: true,
        width: 190,
        render: (application) => (
          <Link to="/applications/$id" params={{ id: application.id }} className="name" dir="auto" title={programmeOf(application)}>
            {programmeOf(application) || '…'}
          </Link>
        ),
        value: programmeOf,
      },
      {
        key: 'kind',
        title: t('column.kind'),
        width: 90,
        render: ({ kind }) => t(`common:applicationKind.${kind}`),
        value: ({ kind }) => t(`common:applicationKind.${kind}`),
      },
      {
        key: 'status',
        title: t('column.status'),
        width: 110,
        render: ({ status }) => <ApplicationStatus status={status} />,
        value: ({ status }) => t(`common:applicationStatus.${status}`),
      },
      {
        key: 'amount',
        title: t('column.amount'),
        width: 140,
        align: 'right',
        render: ({ programmeId, amount }) => <Amount unit={programmes?.get(programmeId)?.unit ?? 'CNY'} amount={amount} />,
        value: ({ amount }) => amount,
      },
      {
        key: 'purpose',
        title: t('column.purpose'),
        width: 210,
        render: ({ purpose }) => (
          <span className="name" dir="auto" title={purpose}>
            {purpose}
          </span>
        ),
        value: ({ purpose }) => purpose,
      },
      {
        key: 'dueAt',
        title: t('column.dueAt'),
        width: 130,
        render: ({ dueAt }) => <DueDate at={dueAt} />,
        value: ({ dueAt }) => dueAt,
      },
      {
        key: 'updatedAt',
        title: t('column.updatedAt'),
        width: 150,
        render: ({ updatedAt }) => <Instant at={updatedAt} />,
        value: ({ updatedAt }) => updatedAt,
      },
      { key: 'id', title: t('column.id'), width: 150, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
    ];
  }, [t, programmes]);
}
