import { CalendarOutlined, CheckCircleOutlined, DisconnectOutlined, LockOutlined, StopOutlined, ToolOutlined } from '@ant-design/icons';
import { type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import type { ClusterNode } from './cells.ts';
import styles from './cluster.module.css';

/** The state of a node; `planned` is an open one whose maintenance is yet to begin. */
export type NodeStateName = ClusterNode['state'] | 'planned';

export const NODE_LOOKS: Readonly<Record<NodeStateName, { readonly tone: Tone; readonly icon: ReactNode }>> = {
  open: { tone: 'success', icon: <CheckCircleOutlined /> },
  planned: { tone: 'warning', icon: <CalendarOutlined /> },
  cordoned: { tone: 'warning', icon: <StopOutlined /> },
  maintenance: { tone: 'warning', icon: <ToolOutlined /> },
  closed: { tone: 'warning', icon: <LockOutlined /> },
  'not-ready': { tone: 'danger', icon: <DisconnectOutlined /> },
};

export function stateOf({ state, maintenanceFrom }: ClusterNode): NodeStateName {
  return state === 'open' && maintenanceFrom !== null ? 'planned' : state;
}

export function NodeState({ node }: { readonly node: ClusterNode }) {
  const { t } = useTranslation('cluster');
  const state = stateOf(node);
  return <StateTag {...NODE_LOOKS[state]}>{t(`nodeState.${state}`)}</StateTag>;
}

type Closure = ClusterNode['closures'][number];

/** Why a node is closed to classes. What cannot be read is in the API's own words. */
export function useClosureText(): (closure: Closure) => string {
  const { t } = useTranslation('cluster');
  return useCallback(
    ({ code, detail, taint, classes }: Closure) =>
      code === 'unreadable' ? detail : t(`closure.${code}`, { taint: taint ?? '', classes: classes.join(', ') }),
    [t],
  );
}

/** Everything for which a node is closed, each on a line. */
export function Closures({ node: { closures } }: { readonly node: ClusterNode }) {
  const closureText = useClosureText();
  return closures.map((closure) => (
    <div key={closure.detail} lang={closure.code === 'unreadable' ? 'en' : undefined} className={styles['closure']}>
      {closureText(closure)}
    </div>
  ));
}
