import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../app/now.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { JobState } from '../../components/JobState.tsx';
import { TimeLeft } from './CellTip.tsx';
import { type Run, secondsLeft } from './cells.ts';
import { Closures, NodeState, stateOf, useClosureText } from './NodeState.tsx';

/** The same as the map, as a list: a row for each run of GPUs with the same use. */
export function ClusterTable({ runs, filters }: { readonly runs: readonly Run[]; readonly filters: ReactNode }) {
  const { t } = useTranslation('cluster');
  return (
    <DataTable
      name={t('title')}
      columns={useColumns()}
      rows={runs}
      rowKey={({ key }) => key}
      filters={filters}
      empty={<Empty title={t('noMatch')} hint={t('noMatchHint')} />}
    />
  );
}

function useColumns(): Column<Run>[] {
  const { t } = useTranslation(['cluster', 'common']);
  const now = useNow();
  const closureText = useClosureText();
  return useMemo(
    () => [
      {
        key: 'node',
        title: t('column.node'),
        always: true,
        width: 140,
        render: ({ node }) => (
          <span className="mono name" title={node.name}>
            {node.name}
          </span>
        ),
        value: ({ node }) => node.name,
      },
      {
        key: 'nodeState',
        title: t('column.nodeState'),
        width: 120,
        render: ({ node }) => <NodeState node={node} />,
        value: ({ node }) => t(`nodeState.${stateOf(node)}`),
      },
      {
        key: 'gpuClass',
        title: t('column.gpuClass'),
        width: 116,
        render: ({ gpuClass }) => <span className="mono">{gpuClass}</span>,
        value: ({ gpuClass }) => gpuClass,
      },
      {
        key: 'gpus',
        title: t('column.gpus'),
        width: 80,
        align: 'right',
        render: ({ gpus }) => <span className="tabular">{gpus}</span>,
        value: ({ gpus }) => gpus,
      },
      { key: 'use', title: t('column.use'), width: 110, render: ({ use }) => t(`use.${use}`), value: ({ use }) => t(`use.${use}`) },
      {
        key: 'job',
        title: t('column.job'),
        width: 200,
        render: ({ holder }) =>
          holder === undefined ? (
            <span className="soft">—</span>
          ) : (
            <Link to="/jobs/$id" params={{ id: holder.jobId }} className="name" dir="auto" title={holder.jobName}>
              {holder.jobName}
            </Link>
          ),
        value: ({ holder }) => holder?.jobName,
      },
      {
        key: 'company',
        title: t('column.company'),
        width: 160,
        render: ({ holder }) => (
          <span className="name" dir="auto" title={holder?.companyName}>
            {holder?.companyName ?? '—'}
          </span>
        ),
        value: ({ holder }) => holder?.companyName,
      },
      {
        key: 'jobState',
        title: t('column.jobState'),
        width: 120,
        render: ({ holder }) => (holder === undefined ? <span className="soft">—</span> : <JobState state={holder.state} />),
        value: ({ holder }) => (holder === undefined ? undefined : t(`common:jobState.${holder.state}`)),
      },
      {
        key: 'left',
        title: t('column.left'),
        width: 150,
        render: ({ holder }) => (holder === undefined ? <span className="soft">—</span> : <TimeLeft holder={holder} />),
        value: ({ holder }) => (holder === undefined ? undefined : secondsLeft(holder, now)),
      },
      {
        key: 'closures',
        title: t('column.closures'),
        width: 260,
        optional: true,
        render: ({ node }) => <Closures node={node} />,
        value: ({ node }) => node.closures.map(closureText).join(' '),
      },
      {
        key: 'maintenanceFrom',
        title: t('column.maintenanceFrom'),
        width: 150,
        optional: true,
        render: ({ node }) => <Instant at={node.maintenanceFrom} />,
        value: ({ node }) => node.maintenanceFrom,
      },
      {
        key: 'maintenanceUntil',
        title: t('column.maintenanceUntil'),
        width: 150,
        optional: true,
        render: ({ node }) => <Instant at={node.maintenanceUntil} />,
        value: ({ node }) => node.maintenanceUntil,
      },
    ],
    [t, now, closureText],
  );
}
