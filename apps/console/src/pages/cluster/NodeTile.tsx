import { type CSSProperties, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CompanyLook } from '../../components/company-colours.ts';
import { type ClusterNode, type Run, runsOf } from './cells.ts';
import styles from './cluster.module.css';
import { NODE_LOOKS, stateOf, useClosureText } from './NodeState.tsx';

interface NodeTileProps {
  readonly node: ClusterNode;
  readonly colour: 'company' | 'state';
  readonly lookOf: (companyId: string) => CompanyLook;
  /** The company whose cells stand out. */
  readonly company: string | undefined;
}

/** A node: its name, its state where it is not open, and its GPUs as cells. */
export const NodeTile = memo(function NodeTile({ node, colour, lookOf, company }: NodeTileProps) {
  const { t } = useTranslation('cluster');
  const closureText = useClosureText();
  const state = stateOf(node);
  return (
    <div className={styles['tile']} data-state={state} role="group" aria-label={`${node.name}: ${t(`nodeState.${state}`)}`}>
      <div
        className={`mono ${styles['nodeName']}`}
        title={[node.name, ...Object.entries(node.domains).map(([key, name]) => `${key}: ${name}`), ...node.closures.map(closureText)].join(
          '\n',
        )}
      >
        {node.name}
      </div>
      <div className={styles['cells']}>
        {runsOf(node).map((run) => (
          <Cells key={run.key} run={run} colour={colour} lookOf={lookOf} company={company} />
        ))}
      </div>
      {state !== 'open' && (
        <div className={styles['nodeState']}>
          <span aria-hidden="true">{NODE_LOOKS[state].icon}</span> {t(`nodeState.${state}`)}
        </div>
      )}
    </div>
  );
});

/** The cells of one run. Those of a job are a link to it. */
function Cells({ run, colour, lookOf, company }: Omit<NodeTileProps, 'node'> & { readonly run: Run }) {
  const { t } = useTranslation(['cluster', 'common']);
  const { key, node, use, gpus, holder } = run;
  const dim = company !== undefined && holder?.companyId !== company;
  const shared = { className: styles['run'], 'data-key': key, 'data-dim': dim, tabIndex: -1 };
  if (holder === undefined) {
    return (
      <span
        {...shared}
        role="img"
        aria-label={t('cell.other', { node: node.name, use: t(`use.${use}`), gpus })}
        data-use={use}
        style={{ '--gpus': gpus } as CSSProperties}
      />
    );
  }
  const look = lookOf(holder.companyId);
  return (
    <a
      {...shared}
      href={`/jobs/${holder.jobId}`}
      aria-label={t('cell.job', { node: node.name, job: holder.jobName, company: holder.companyName, gpus })}
      {...(colour === 'company' ? { 'data-texture': look.texture } : { 'data-job-state': holder.state })}
      style={{ '--gpus': gpus, ...(colour === 'company' && { '--cell': look.colour }) } as CSSProperties}
    />
  );
}
