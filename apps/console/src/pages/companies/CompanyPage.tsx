import { EditOutlined } from '@ant-design/icons';
import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Company } from '../../api/everything.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { CompanyStatus } from '../../components/Statuses.tsx';
import { ChangeCompanyModal } from './ChangeCompanyModal.tsx';
import { Grants, Jobs, Wallet } from './CompanyMoney.tsx';
import { Members } from './CompanyPeople.tsx';
import { Contacts } from './Contacts.tsx';
import { Limits, Space } from './CompanySpace.tsx';
import { StatusModal } from './StatusModal.tsx';

export function CompanyPage() {
  const { id } = useParams({ from: '/shell/companies/$id' });
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}', { params: { path: { id } } });
  if (data !== undefined) return <Loaded company={data} />;
  return error === null ? <Loading lines={8} /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
}

function Loaded({ company }: { readonly company: Company }) {
  const { t } = useTranslation(['companies', 'common']);
  const mayManage = useMay('company.manage');
  const mayWallet = useMay('wallet.read');
  const mayJobs = useMay('job.read');
  const mayMembers = useMay('member.read');
  const maySpace = useMay('cluster.read');
  const mayGrants = useMay('grant.read');
  const [open, setOpen] = useState<'change' | 'status'>();
  const { id, incubationFrom, incubationUntil } = company;
  return (
    <>
      <PageHeader
        title={company.name}
        beside={
          <>
            <CompanyStatus status={company.status} />
            <ShortId id={id} />
          </>
        }
        actions={
          mayManage && (
            <>
              <Button onClick={() => setOpen('status')}>{t('status.open')}</Button>
              <Button icon={<EditOutlined />} onClick={() => setOpen('change')}>
                {t('change.open')}
              </Button>
            </>
          )
        }
      />
      <Section title={t('facts.title')}>
        <Facts
          facts={[
            { label: t('column.creditCode'), value: <span className="mono">{company.creditCode}</span> },
            { label: t('column.slug'), value: <span className="mono">{company.slug}</span> },
            {
              label: t('column.incubation'),
              value:
                incubationFrom === null && incubationUntil === null ? (
                  '—'
                ) : (
                  <span className="tabular">{`${incubationFrom ?? '…'} – ${incubationUntil ?? '…'}`}</span>
                ),
            },
            { label: t('facts.statusSince'), value: <Instant at={company.statusSince} /> },
            ...(company.statusReason === null ? [] : [{ label: t('facts.statusReason'), value: company.statusReason }]),
            { label: t('column.createdAt'), value: <Instant at={company.createdAt} /> },
          ]}
        />
      </Section>
      {mayWallet && <Wallet companyId={id} />}
      {mayGrants && <Grants companyId={id} />}
      {mayGrants && <Limits companyId={id} />}
      {mayJobs && <Jobs companyId={id} />}
      {mayMembers && <Members companyId={id} />}
      <Contacts companyId={id} />
      {maySpace && <Space companyId={id} />}
      {open === 'status' && <StatusModal company={company} onClose={() => setOpen(undefined)} />}
      {open === 'change' && <ChangeCompanyModal company={company} onClose={() => setOpen(undefined)} />}
    </>
  );
}
