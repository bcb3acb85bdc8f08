import { EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { type Programme, useCompanies } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { useMay } from '../../api/session.ts';
import { formatBasisPoints } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import { BudgetBar } from '../../components/BudgetBar.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import { GrantStatus, ProgrammeStatus, type ProgrammeStatusName } from '../../components/Statuses.tsx';
import { AppropriationModal } from './AppropriationModal.tsx';
import { type Grant, spentOf, useGrants } from './programme-data.ts';
import { ProgrammeDrawer } from './ProgrammeDrawer.tsx';
import styles from './programmes.module.css';

/** The next statuses of a programme, as its page offers them. */
const NEXT: Readonly<Record<ProgrammeStatusName, readonly ('open' | 'paused' | 'closed')[]>> = {
  draft: ['open', 'closed'],
  open: ['paused', 'closed'],
  paused: ['open', 'closed'],
  closed: [],
};

export function ProgrammePage() {
  const { id } = useParams({ from: '/shell/programmes/$id' });
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/programmes/{id}', { params: { path: { id } } });
  if (data !== undefined) return <Loaded programme={data} />;
  return error === null ? <Loading lines={8} /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
}

function Loaded({ programme }: { readonly programme: Programme }) {
  const { t } = useTranslation(['programmes', 'common']);
  const mayManage = useMay('programme.manage');
  const [open, setOpen] = useState<'change' | 'appropriate'>();
  const grants = useGrants(programme.id);
  const { unit, appropriated = 0, unpromised = 0 } = programme;
  const limit = (amount: number | null) =>
    amount === null ? <span className="soft">{t('form.noLimit')}</span> : <Amount unit={unit} amount={amount} />;
  return (
    <>
      <PageHeader
        title={programme.name}
        beside={<ProgrammeStatus status={programme.status} />}
        description={
          <>
            {programme.funder} · <span className="mono">{programme.code}</span>
          </>
        }
        actions={
          mayManage && (
            <>
              <StatusButtons programme={programme} />
              {programme.status !== 'closed' && (
                <Button icon={<EditOutlined />} onClick={() => setOpen('change')}>
                  {t('change')}
                </Button>
              )}
            </>
          )
        }
      />
      <Section
        title={t('budget')}
        actions={
          mayManage && (
            <Button icon={<PlusOutlined />} onClick={() => setOpen('appropriate')}>
              {t('appropriate.submit')}
            </Button>
          )
        }
      >
        <BudgetBar
          unit={unit}
          appropriated={appropriated}
          promised={appropriated - unpromised}
          spent={grants.data === undefined ? undefined : spentOf(programme, grants.data)}
        />
      </Section>
      <Section title={t('terms.title')}>
        <Facts
          facts={[
            { label: t('column.coverage'), value: formatBasisPoints(programme.coverageBp) },
            { label: t('form.unit'), value: t(unit === 'CNY' ? 'form.money' : 'form.gpuTime') },
            { label: t('column.classes'), value: programme.classes.join(' · ') },
            { label: t('column.period'), value: <Period from={programme.validFrom} until={programme.validUntil} /> },
            {
              label: t('terms.window'),
              value:
                programme.applicationFrom === null && programme.applicationUntil === null ? (
                  t('terms.always')
                ) : (
                  <Period from={programme.applicationFrom} until={programme.applicationUntil} />
                ),
            },
            { label: t('terms.capPerTenant'), value: limit(programme.capPerTenant) },
            { label: t('terms.monthlyCap'), value: limit(programme.monthlyCapPerTenant) },
            { label: t('terms.secondApproval'), value: limit(programme.secondApprovalAbove) },
            { label: t('terms.priority'), value: programme.priority },
            { label: t('terms.carryOver'), value: t(programme.carryOver ? 'terms.carriesOver' : 'terms.lapses') },
            { label: t('terms.reviewDays'), value: programme.reviewDays },
            { label: t('terms.decisionDays'), value: programme.decisionDays },
            {
              label: t('terms.attachments'),
              value: programme.requiredAttachments.map(({ name }) => name).join(t('common:separator')) || t('terms.noAttachments'),
              wide: true,
            },
          ]}
        />
      </Section>
      <Grants grants={grants.data} error={grants.error} onRetry={() => void grants.refetch()} />
      {mayManage && <Appropriations programme={programme} />}
      {open === 'change' && <ProgrammeDrawer programme={programme} onClose={() => setOpen(undefined)} onSaved={() => undefined} />}
      {open === 'appropriate' && <AppropriationModal programme={programme} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function StatusButtons({ programme }: { readonly programme: Programme }) {
  const { t } = useTranslation(['programmes', 'common']);
  const { modal, message } = App.useApp();
  const outdate = useOutdate();
  const { mutateAsync } = $api.useMutation('put', '/api/v1/programmes/{id}/status', {
    onSuccess: async () => {
      void message.success(t('form.saved'));
      await outdate('/api/v1/programmes');
    },
  });
  return NEXT[programme.status].map((status) => (
    <Button
      key={status}
      type={status === 'open' ? 'primary' : 'default'}
      danger={status === 'closed'}
      onClick={() => {
        const asked = modal.confirm({
          title: t(`status.${status}.title`, { name: programme.name }),
          content: t(`status.${status}.effect`),
          okText: t(`status.${status}.do`),
          okButtonProps: { danger: status === 'closed' },
          onOk: async () => {
            try {
              await mutateAsync({
                params: { path: { id: programme.id }, header: { 'If-Match': `"${programme.version}"` } },
                body: { status },
              });
            } catch (error) {
              asked.update({ content: <ErrorNotice error={error} /> });
              await outdate('/api/v1/programmes');
              throw error;
            }
          },
        });
      }}
    >
      {t(`status.${status}.do`)}
    </Button>
  ));
}

function Grants(props: { readonly grants: readonly Grant[] | undefined; readonly error: unknown; readonly onRetry: () => void }) {
  const { grants, error, onRetry } = props;
  const { t } = useTranslation(['programmes', 'common']);
  const companies = useCompanies();
  const columns = useMemo<Column<Grant>[]>(() => {
    const nameOf = ({ companyId }: Grant) => companies?.get(companyId)?.name ?? companyId;
    return [
      {
        key: 'company',
        title: t('grants.company'),
        always: true,
        width: 220,
        render: (grant) => (
          <Link to="/companies/$id" params={{ id: grant.companyId }} className="name" dir="auto" title={nameOf(grant)}>
            {nameOf(grant)}
          </Link>
        ),
        value: nameOf,
      },
      {
        key: 'status',
        title: t('grants.status'),
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
        width: 160,
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
      {
        key: 'openedAt',
        title: t('grants.opened'),
        width: 150,
        render: ({ openedAt }) => <Instant at={openedAt} precision="day" />,
        value: ({ openedAt }) => openedAt,
      },
    ];
  }, [t, companies]);
  return (
    <Section title={t('grants.title')} flush>
      <DataTable
        name={t('grants.title')}
        columns={columns}
        rows={grants}
        rowKey={({ id }) => id}
        error={error}
        onRetry={onRetry}
        empty={<Empty title={t('grants.none')} hint={t('grants.noneHint')} />}
      />
    </Section>
  );
}

function Appropriations({ programme }: { readonly programme: Programme }) {
  const { t } = useTranslation('programmes');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/programmes/{id}/appropriations', {
    params: { path: { id: programme.id } },
  });
  return (
    <Section title={t('appropriations.title')} flush>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : data.items.length === 0 ? (
        <Empty title={t('appropriations.none')} hint={t('appropriate.hint')} />
      ) : (
        <ul className={`lines ${styles['steps']}`}>
          {data.items.toReversed().map(({ id, at, amount, actor, reference }) => (
            <li key={id}>
              <Instant at={at} />
              <span dir="auto">{actor.name}</span>
              <span dir="auto" className="soft">
                {reference ?? t('appropriations.noReference')}
              </span>
              <strong>
                <Amount unit={programme.unit} amount={amount} />
              </strong>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
