import { CalendarOutlined, CheckCircleOutlined, DisconnectOutlined, StopOutlined, ToolOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import type { ClusterNode } from './cells.ts';

/** The state of a node; `planned` is an open one whose maintenance is yet to begin. */
export type NodeStateName = ClusterNode['state'] | 'planned';

export const NODE_LOOKS: Readonly<Record<NodeStateName, { readonly tone: Tone; readonly icon: ReactNode }>> = {
  open: { tone: 'success', icon: <CheckCircleOutlined /> },
  planned: { tone: 'warning', icon: <CalendarOutlined /> },
  cordoned: { tone: 'warning', icon: <StopOutlined /> },
  maintenance: { tone: 'warning', icon: <ToolOutlined /> },
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
