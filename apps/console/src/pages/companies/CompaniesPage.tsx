import { PlusOutlined } from '@ant-design/icons';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Company } from '../../api/everything.ts';
import { useGpusInUse } from '../../api/gpus-in-use.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { CompanyStatus } from '../../components/Statuses.tsx';
import { RegisterDrawer } from './RegisterDrawer.tsx';

const PAGE = 200;
const STATUSES = ['active', 'suspended', 'graduated'] as const;

/** The companies of the park. */
export function CompaniesPage() {
  const { t } = useTranslation(['companies', 'common']);
  const { status, search } = useSearch({ from: '/shell/companies' });
  const [, change] = useViewState();
  const navigate = useNavigate();
  const mayManage = useMay('company.manage');
  const [registering, setRegistering] = useState(false);
  const query = { limit: PAGE, ...(status !== undefined && { status }), ...(search !== undefined && { search }) };
  const companies = useListed($api.useInfiniteQuery('get', '/api/v1/companies', { params: { query } }, PAGES));
  const columns = useColumns();
  const register = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setRegistering(true)}>
      {t('register.open')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} actions={mayManage && register} />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          {...companies}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/companies/$id', params: { id } })}
          empty={<Empty title={t('empty')} hint={t('emptyHint')} action={mayManage ? register : undefined} />}
          filters={
            <>
              <Input.Search
                allowClear
                aria-label={t('filter.search')}
                placeholder={t('filter.search')}
                defaultValue={search}
                onSearch={(typed) => change({ search: typed === '' ? undefined : typed })}
                style={{ width: 260 }}
              />
              <Select
                allowClear
                aria-label={t('column.status')}
                placeholder={t('column.status')}
                value={status}
                options={STATUSES.map((value) => ({ value, label: t(`common:companyStatus.${value}`) }))}
                onChange={(value?: string) => change({ status: value })}
                style={{ width: 130 }}
              />
            </>
          }
        />
      </Section>
      {registering && <RegisterDrawer onClose={() => setRegistering(false)} />}
    </>
  );
}

function Wallet({ companyId }: { readonly companyId: string }) {
  const { data } = $api.useQuery('get', '/api/v1/companies/{id}/balance', { params: { path: { id: companyId } } });
  return <Money fen={data?.wallet.availableFen} />;
}

function useColumns(): Column<Company>[] {
  const { t } = useTranslation(['companies', 'common']);
  const mayWallet = useMay('wallet.read');
  const mayJobs = useMay('job.read');
  const running = useGpusInUse({ enabled: mayJobs }).data?.byCompany;
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('column.name'),
        always: true,
        width: 220,
        render: ({ id, name }) => (
          <Link to="/companies/$id" params={{ id }} className="name" dir="auto" title={name}>
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'status',
        title: t('column.status'),
        width: 110,
        render: ({ status }) => <CompanyStatus status={status} />,
        value: ({ status }) => t(`common:companyStatus.${status}`),
      },
      {
        key: 'creditCode',
        title: t('column.creditCode'),
        width: 190,
        render: ({ creditCode }) => <span className="mono">{creditCode}</span>,
        value: ({ creditCode }) => creditCode,
      },
      ...(mayWallet
        ? [
            {
              key: 'wallet',
              title: t('column.wallet'),
              width: 150,
              align: 'right' as const,
              render: ({ id }: Company) => <Wallet companyId={id} />,
            },
          ]
        : []),
      ...(mayJobs
        ? [
            {
              key: 'running',
              title: t('column.running'),
              width: 120,
              align: 'right' as const,
              render: ({ id }: Company) => <span className="tabular">{running?.get(id) ?? (running === undefined ? '—' : 0)}</span>,
              value: ({ id }: Company) => running?.get(id) ?? 0,
            },
          ]
        : []),
      {
        key: 'incubation',
        title: t('column.incubation'),
        width: 200,
        render: ({ incubationFrom, incubationUntil }) =>
          incubationFrom === null && incubationUntil === null ? (
            <span className="soft">—</span>
          ) : (
            <span className="tabular">
              {incubationFrom ?? '…'} – {incubationUntil ?? '…'}
            </span>
          ),
        value: ({ incubationUntil }) => incubationUntil,
      },
      {
        key: 'createdAt',
        title: t('column.createdAt'),
        width: 130,
        optional: true,
        render: ({ createdAt }) => <Instant at={createdAt} precision="day" />,
        value: ({ createdAt }) => createdAt,
      },
      {
        key: 'slug',
        title: t('column.slug'),
        width: 130,
        optional: true,
        render: ({ slug }) => <span className="mono">{slug}</span>,
        value: ({ slug }) => slug,
      },
    ],
    [t, mayWallet, mayJobs, running],
  );
}
