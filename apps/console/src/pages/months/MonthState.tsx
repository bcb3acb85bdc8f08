import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  LockOutlined,
  SyncOutlined,
  UserSwitchOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import type { Checklist, ChecklistItem, ListedMonth } from './month-data.ts';

interface Look {
  readonly tone: Tone;
  readonly icon: ReactNode;
}

const STATES: Readonly<Record<ListedMonth['state'], Look>> = {
  running: { tone: 'neutral', icon: <ClockCircleOutlined /> },
  open: { tone: 'warning', icon: <SyncOutlined /> },
  closing: { tone: 'accent', icon: <UserSwitchOutlined /> },
  closed: { tone: 'success', icon: <LockOutlined /> },
};

/** Where the closing of a month is. */
export function MonthState({ state }: { readonly state: ListedMonth['state'] }) {
  const { t } = useTranslation('months');
  return <StateTag {...STATES[state]}>{t(`state.${state}`)}</StateTag>;
}

const ITEMS: Readonly<Record<ChecklistItem['state'], Look>> = {
  met: { tone: 'success', icon: <CheckCircleOutlined /> },
  'by-closing': { tone: 'accent', icon: <SyncOutlined /> },
  attention: { tone: 'warning', icon: <WarningOutlined /> },
  blocking: { tone: 'danger', icon: <WarningOutlined /> },
};

export function ItemState({ state }: { readonly state: ChecklistItem['state'] }) {
  const { t } = useTranslation('months');
  return <StateTag {...ITEMS[state]}>{t(`itemState.${state}`)}</StateTag>;
}

/** How many items of a checklist are open: red where one blocks the closing. */
export function ChecksState({ checklist }: { readonly checklist: Checklist | undefined }) {
  const { t } = useTranslation('months');
  if (checklist === undefined) return <span className="soft">…</span>;
  const blocking = checklist.items.filter(({ state }) => state === 'blocking').length;
  const attention = checklist.items.filter(({ state }) => state === 'attention').length;
  if (blocking > 0) return <StateTag {...ITEMS.blocking}>{t('checks.blocking', { n: blocking })}</StateTag>;
  if (attention > 0) return <StateTag {...ITEMS.attention}>{t('checks.attention', { n: attention })}</StateTag>;
  return <StateTag {...ITEMS.met}>{t('checks.met')}</StateTag>;
}
