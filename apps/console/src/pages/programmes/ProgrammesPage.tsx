import { PlusOutlined } from '@ant-design/icons';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Programme } from '../../api/everything.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import { formatBasisPoints } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import { BudgetBar } from '../../components/BudgetBar.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import { ProgrammeStatus } from '../../components/Statuses.tsx';
import { type Grant, spentOf, useGrants } from './programme-data.ts';
import { ProgrammeDrawer } from './ProgrammeDrawer.tsx';

const PAGE = 200;
const STATUSES = ['draft', 'open', 'paused', 'closed'] as const;

/** The subsidy programmes with what is left of each budget. */
export function ProgrammesPage() {
  const { t } = useTranslation(['programmes', 'common']);
  const { status } = useSearch({ from: '/shell/programmes' });
  const [, change] = useViewState();
  const navigate = useNavigate();
  const mayManage = useMay('programme.manage');
  const [creating, setCreating] = useState(false);
  const programmes = useListed($api.useInfiniteQuery('get', '/api/v1/programmes', { params: { query: { limit: PAGE } } }, PAGES));
  const grants = useGrants();
  const rows = useMemo(
    () => programmes.rows?.filter((programme) => status === undefined || programme.status === status),
    [programmes.rows, status],
  );
  const columns = useColumns(grants.data);
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('title')} actions={mayManage && create} />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          {...programmes}
          rows={rows}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/programmes/$id', params: { id } })}
          empty={<Empty title={t('empty')} hint={t('emptyHint')} action={mayManage ? create : undefined} />}
          filters={
            <Select
              allowClear
              aria-label={t('column.status')}
              placeholder={t('column.status')}
              value={status}
              options={STATUSES.map((value) => ({ value, label: t(`common:programmeStatus.${value}`) }))}
              onChange={(value?: string) => change({ status: value })}
              style={{ width: 140 }}
            />
          }
        />
      </Section>
      {creating && (
        <ProgrammeDrawer
          onClose={() => setCreating(false)}
          onSaved={({ id }) => void navigate({ to: '/programmes/$id', params: { id } })}
        />
      )}
    </>
  );
}

function useColumns(grants: readonly Grant[] | undefined): Column<Programme>[] {
  const { t } = useTranslation(['programmes', 'common']);
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('column.name'),
        always: true,
        width: 199,
        render: ({ id, name }) => (
          <Link to="/programmes/$id" params={{ id }} className="name" dir="auto" title={name}>
            {name}
          </Link>
        ),
        value: ({ name }) => name,
      },
      {
        key: 'funder',
        title: t('column.funder'),
        width: 105,
        render: ({ funder }) => (
          <span className="name" dir="auto" title={funder}>
            {funder}
          </span>
        ),
        value: ({ funder }) => funder,
      },
      {
        key: 'status',
        title: t('column.status'),
        width: 100,
        render: ({ status }) => <ProgrammeStatus status={status} />,
        value: ({ status }) => t(`common:programmeStatus.${status}`),
      },
      {
        key: 'coverage',
        title: t('column.coverage'),
        width: 112,
        align: 'right',
        render: ({ coverageBp }) => <span className="tabular">{formatBasisPoints(coverageBp)}</span>,
        value: ({ coverageBp }) => coverageBp / 10_000,
      },
      {
        key: 'budget',
        title: t('column.budget'),
        width: 120,
        render: (programme) => (
          <BudgetBar
            compact
            unit={programme.unit}
            appropriated={programme.appropriated ?? 0}
            promised={(programme.appropriated ?? 0) - (programme.unpromised ?? 0)}
            spent={grants === undefined ? undefined : spentOf(programme, grants)}
          />
        ),
      },
      {
        key: 'unpromised',
        title: t('column.unpromised'),
        width: 164,
        align: 'right',
        render: ({ unit, unpromised }) => <Amount unit={unit} amount={unpromised} />,
        value: ({ unpromised }) => unpromised,
      },
      {
        key: 'appropriated',
        title: t('column.appropriated'),
        width: 150,
        align: 'right',
        optional: true,
        render: ({ unit, appropriated }) => <Amount unit={unit} amount={appropriated} />,
        value: ({ appropriated }) => appropriated,
      },
      {
        key: 'period',
        title: t('column.period'),
        width: 190,
        render: ({ validFrom, validUntil }) => <Period from={validFrom} until={validUntil} />,
        value: ({ validUntil }) => validUntil,
      },
      {
        key: 'classes',
        title: t('column.classes'),
        width: 140,
        optional: true,
        render: ({ classes }) => classes.join(' · '),
        value: ({ classes }) => classes.join(' '),
      },
      {
        key: 'code',
        title: t('column.code'),
        width: 150,
        optional: true,
        render: ({ code }) => <span className="mono">{code}</span>,
        value: ({ code }) => code,
      },
    ],
    [t, grants],
  );
}
