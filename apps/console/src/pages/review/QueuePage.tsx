import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Company, type Programme, useCompanies, useProgrammes } from '../../api/everything.ts';
import { type Me, useMe } from '../../api/session.ts';
import { formatDuration } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { Amount } from '../../components/Amount.tsx';
import { BulkActions } from '../../components/bulk/BulkActions.tsx';
import { MOST_AT_ONCE } from '../../components/bulk/BulkDialog.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { ApplicationStatus } from '../../components/Statuses.tsx';
import { BulkDecision } from './BulkDecision.tsx';
import { DueDate } from './DueDate.tsx';
import { type ApplicationSummary, stepOf, useQueue } from './queue.ts';
import { SetupSection } from './SetupSection.tsx';

const KINDS = ['grant', 'renewal', 'increase', 'extension', 'freeze', 'claw-back'] as const;
const WEEK_MS = 7 * 86_400_000;

/** What waits for a reviewer or administrator, the overdue first. */
export function QueuePage() {
  const { t } = useTranslation(['review', 'common']);
  const search = useSearch({ from: '/shell/review' });
  const navigate = useNavigate();
  const [, change] = useViewState();
  const me = useMe();
  const { actions } = me;
  const decides = actions.includes('application.review') || actions.includes('application.decide');
  const queue = useQueue(search);
  const companies = useCompanies();
  const programmes = useProgrammes();
  const columns = useColumns(companies, programmes, search.show === 'ended');
  const show = search.show ?? (decides ? 'mine' : 'open');
  const [keys, setKeys] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState<SameStep>();
  const chosen = inSameStep(queue.data ?? [], keys, me);
  const now = useNow();
  const left = (queue.data ?? []).map(({ dueAt }) => (dueAt === null ? Infinity : Date.parse(dueAt) - now));
  const overdue = left.filter((ms) => ms < 0).length;
  const soon = left.filter((ms) => ms >= 0 && ms < WEEK_MS).length;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={show === 'ended' || queue.data === undefined ? undefined : t('summary', { waiting: queue.data.length, overdue, soon })}
      />
      {actions.includes('company.manage') && <SetupSection />}
      <Section
        title={t('list')}
        flush
        actions={
          <>
            <BulkActions count={chosen?.applications.length ?? 0} onClear={() => setKeys([])}>
              <Button type="primary" onClick={() => setAsked(chosen)}>
                {t(chosen?.step === 'review' ? 'bulk.toReview' : 'bulk.toDecide')}
              </Button>
            </BulkActions>
            <Segmented
              aria-label={t('show.label')}
              value={show}
              options={[
                ...(decides ? [{ value: 'mine', label: t('show.mine') }] : []),
                { value: 'open', label: t('show.open') },
                { value: 'ended', label: t('show.ended') },
              ]}
              onChange={(value) => change({ show: value === 'mine' ? undefined : value })}
            />
          </>
        }
      >
        <DataTable
          name={t('title')}
          columns={columns}
          rows={queue.data}
          rowKey={({ id }) => id}
          error={queue.error}
          onRetry={() => void queue.refetch()}
          selection={
            decides && show !== 'ended'
              ? {
                  keys: chosen?.applications.map(({ id }) => id) ?? [],
                  onChange: (ids) => setKeys(ids.slice(0, MOST_AT_ONCE)),
                  label: ({ companyId }) => companies?.get(companyId)?.name ?? companyId,
                  allows: (application) => {
                    const step = stepOf(application, me);
                    return step !== undefined && (chosen === undefined || chosen.step === step);
                  },
                }
              : undefined
          }
          onOpen={({ id }) => void navigate({ to: '/review/$id', params: { id }, search })}
          empty={
            show === 'mine' ? (
              <Empty
                title={t('empty.mine')}
                hint={t('empty.mineHint')}
                action={
                  <Link to="/review" search={{ show: 'open' }}>
                    {t('empty.seeOpen')}
                  </Link>
                }
              />
            ) : (
              <Empty title={t('empty.none')} hint={t('empty.noneHint')} />
            )
          }
          filters={
            <>
              <Select
                allowClear
                aria-label={t('filter.kind')}
                placeholder={t('filter.kind')}
                value={search.kind}
                options={KINDS.map((kind) => ({ value: kind, label: t(`common:applicationKind.${kind}`) }))}
                onChange={(kind?: string) => change({ kind })}
                style={{ width: 140 }}
              />
              <Select
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                aria-label={t('filter.programme')}
                placeholder={t('filter.programme')}
                value={search.programme}
                options={[...(programmes?.values() ?? [])].map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(programme?: string) => change({ programme })}
                style={{ width: 220 }}
              />
            </>
          }
        />
      </Section>
      {asked !== undefined && (
        <BulkDecision
          {...asked}
          companies={companies}
          programmes={programmes}
          onDone={() => setKeys([])}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

interface SameStep {
  readonly step: 'review' | 'decide';
  readonly applications: readonly ApplicationSummary[];
}

/** Those of `keys` that still wait for the person, in the step of the first of them; undefined: none. */
function inSameStep(queue: readonly ApplicationSummary[], keys: readonly string[], me: Me): SameStep | undefined {
  const chosen = queue.filter(({ id }) => keys.includes(id));
  const step = chosen.map((application) => stepOf(application, me)).find((known) => known !== undefined);
  return step && { step, applications: chosen.filter((application) => stepOf(application, me) === step) };
}

function useColumns(
  companies: ReadonlyMap<string, Company> | undefined,
  programmes: ReadonlyMap<string, Programme> | undefined,
  ended: boolean,
): Column<ApplicationSummary>[] {
  const { t } = useTranslation(['review', 'common']);
  const search = useSearch({ from: '/shell/review' });
  const now = useNow();
  return useMemo(() => {
    const companyOf = ({ companyId }: ApplicationSummary) => companies?.get(companyId)?.name ?? companyId;
    const programmeOf = ({ programmeId }: ApplicationSummary) => programmes?.get(programmeId);
    const waits = ({ updatedAt }: ApplicationSummary) => (now - Date.parse(updatedAt)) / 1_000;
    const last: Column<ApplicationSummary>[] = ended
      ? [
          {
            key: 'decidedAt',
            title: t('column.decidedAt'),
            width: 150,
            render: ({ decidedAt }) => <Instant at={decidedAt} />,
            value: ({ decidedAt }) => decidedAt,
          },
        ]
      : [
          {
            key: 'waits',
            title: t('column.waits'),
            width: 144,
            align: 'right',
            render: (row) => <span className="tabular">{formatDuration(waits(row))}</span>,
            value: (row) => Math.round(waits(row)),
          },
          {
            key: 'dueAt',
            title: t('column.dueAt'),
            width: 134,
            render: ({ dueAt }) => <DueDate at={dueAt} />,
            value: ({ dueAt }) => dueAt,
          },
        ];
    return [
      {
        key: 'company',
        title: t('column.company'),
        always: true,
        width: 160,
        render: (row) => (
          <Link to="/review/$id" params={{ id: row.id }} search={search} className="name" title={companyOf(row)} dir="auto">
            {companyOf(row)}
          </Link>
        ),
        value: companyOf,
      },
      {
        key: 'kind',
        title: t('column.kind'),
        width: 88,
        render: ({ kind }) => t(`common:applicationKind.${kind}`),
        value: ({ kind }) => t(`common:applicationKind.${kind}`),
      },
      {
        key: 'programme',
        title: t('column.programme'),
        width: 190,
        render: (row) => (
          <span className="name" dir="auto" title={programmeOf(row)?.name}>
            {programmeOf(row)?.name ?? '—'}
          </span>
        ),
        value: (row) => programmeOf(row)?.name ?? '',
      },
      {
        key: 'amount',
        title: t('column.amount'),
        width: 138,
        align: 'right',
        render: (row) => <Amount unit={programmeOf(row)?.unit ?? 'CNY'} amount={row.amount} />,
        value: ({ amount }) => amount,
      },
      {
        key: 'status',
        title: t('column.status'),
        width: 124,
        render: ({ status }) => <ApplicationStatus status={status} />,
        value: ({ status }) => t(`common:applicationStatus.${status}`),
      },
      ...last,
      {
        key: 'submittedAt',
        title: t('column.submittedAt'),
        width: 150,
        optional: true,
        render: ({ submittedAt }) => <Instant at={submittedAt} />,
        value: ({ submittedAt }) => submittedAt,
      },
      { key: 'id', title: t('column.id'), width: 150, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
    ];
  }, [t, companies, programmes, ended, search, now]);
}
