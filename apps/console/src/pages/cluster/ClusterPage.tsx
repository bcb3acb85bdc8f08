import { useSearch } from '@tanstack/react-router';
import { Segmented, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { formatCount } from '../../app/format.ts';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { classOf, type ClusterNode, holdingsOf, runsOf, totalsOf } from './cells.ts';
import { ClassTable } from './ClassTable.tsx';
import styles from './cluster.module.css';
import { ClusterMap } from './ClusterMap.tsx';
import { ClusterTable } from './ClusterTable.tsx';
import { Legend } from './Legend.tsx';
import { NODE_LOOKS, type NodeStateName, stateOf } from './NodeState.tsx';
import { NODE_STATES } from './search.ts';

/** Nodes change their state without a job that starts or ends. */
const REFRESH_MS = 15_000;

/** Every node and GPU of the cluster: who has it, until when, and what does not work. */
export function ClusterPage() {
  const { t } = useTranslation('cluster');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/cluster/nodes', {}, { refetchInterval: REFRESH_MS });
  const nodes = data?.items;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={
          data !== undefined && (
            <>
              {t('asOf')} <Instant at={data.at} precision="second" />
            </>
          )
        }
      />
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {nodes === undefined ? (
        error === null && <Loading lines={8} />
      ) : nodes.length === 0 ? (
        <Empty title={t('empty')} hint={t('emptyHint')} />
      ) : (
        <>
          <Section title={t('totals')} flush>
            <ClassTable totals={totalsOf(nodes)} />
          </Section>
          <Cells nodes={nodes} />
        </>
      )}
    </>
  );
}

function Cells({ nodes }: { readonly nodes: readonly ClusterNode[] }) {
  const { t } = useTranslation('cluster');
  const { colour = 'company', show, gpuClass, company, node: state } = useSearch({ from: '/shell/cluster' });
  const [, change] = useViewState();
  const shown = useMemo(
    () =>
      nodes.filter(
        (node) =>
          (state === undefined || node.state === state) && (gpuClass === undefined || node.gpus.some((gpus) => classOf(gpus) === gpuClass)),
      ),
    [nodes, state, gpuClass],
  );
  const runs = useMemo(() => shown.flatMap(runsOf), [shown]);
  const filters = <Filters nodes={nodes} />;
  return (
    <Section
      title={t('nodes', { nodes: formatCount(shown.length) })}
      flush
      actions={
        <>
          <NodeStates nodes={nodes} />
          {show !== 'table' && (
            <Segmented
              aria-label={t('colour.label')}
              value={colour}
              options={(['company', 'state'] as const).map((value) => ({ value, label: t(`colour.${value}`) }))}
              onChange={(value) => change({ colour: value === 'state' ? value : undefined })}
            />
          )}
          <Segmented
            aria-label={t('show.label')}
            value={show ?? 'map'}
            options={(['map', 'table'] as const).map((value) => ({ value, label: t(`show.${value}`) }))}
            onChange={(value) => change({ show: value === 'table' ? value : undefined })}
          />
        </>
      }
    >
      {show === 'table' ? (
        <ClusterTable runs={company === undefined ? runs : runs.filter(({ holder }) => holder?.companyId === company)} filters={filters} />
      ) : (
        <>
          <div className={styles['filters']}>{filters}</div>
          <Legend runs={runs} colour={colour} company={company} onCompany={(value) => change({ company: value })} />
          {shown.length === 0 ? (
            <Empty title={t('noMatch')} hint={t('noMatchHint')} />
          ) : (
            <ClusterMap nodes={shown} colour={colour} company={company} />
          )}
        </>
      )}
    </Section>
  );
}

/** How many nodes are not as they should be, by sign and word. */
function NodeStates({ nodes }: { readonly nodes: readonly ClusterNode[] }) {
  const { t } = useTranslation('cluster');
  const counts = new Map<NodeStateName, number>();
  for (const node of nodes) counts.set(stateOf(node), (counts.get(stateOf(node)) ?? 0) + 1);
  counts.delete('open');
  return [...counts].map(([state, count]) => (
    <StateTag key={state} {...NODE_LOOKS[state]}>
      {t(`nodeState.${state}`)} {formatCount(count)}
    </StateTag>
  ));
}

function Filters({ nodes }: { readonly nodes: readonly ClusterNode[] }) {
  const { t } = useTranslation('cluster');
  const { gpuClass, company, node } = useSearch({ from: '/shell/cluster' });
  const [, change] = useViewState();
  const classes = totalsOf(nodes).map((row) => row.gpuClass);
  const companies = holdingsOf(nodes.flatMap(runsOf));
  return (
    <>
      <Select
        allowClear
        aria-label={t('column.gpuClass')}
        placeholder={t('column.gpuClass')}
        value={gpuClass}
        options={classes.map((value) => ({ value, label: value }))}
        onChange={(value?: string) => change({ gpuClass: value })}
        style={{ width: 140 }}
      />
      <Select
        allowClear
        aria-label={t('column.nodeState')}
        placeholder={t('column.nodeState')}
        value={node}
        options={NODE_STATES.map((value) => ({ value, label: t(`nodeState.${value}`) }))}
        onChange={(value?: string) => change({ node: value })}
        style={{ width: 140 }}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('column.company')}
        placeholder={t('column.company')}
        value={company}
        options={companies.map(({ companyId, companyName }) => ({ value: companyId, label: companyName }))}
        onChange={(value?: string) => change({ company: value })}
        style={{ width: 180 }}
      />
    </>
  );
}
