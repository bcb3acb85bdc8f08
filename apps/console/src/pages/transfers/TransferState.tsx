import { CheckCircleOutlined, CloseCircleOutlined, RollbackOutlined, UserSwitchOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { StateTag } from '../../components/StateTag.tsx';
import type { Transfer } from './transfer-data.ts';

type Shown = Transfer['state'] | 'reversed' | 'partly-reversed';

const LOOKS = {
  pending: { tone: 'accent', icon: <UserSwitchOutlined /> },
  confirmed: { tone: 'success', icon: <CheckCircleOutlined /> },
  rejected: { tone: 'danger', icon: <CloseCircleOutlined /> },
  reversed: { tone: 'neutral', icon: <RollbackOutlined /> },
  'partly-reversed': { tone: 'warning', icon: <RollbackOutlined /> },
} as const;

export function shownState({ state, reversedFen, reversedAt }: Transfer): Shown {
  if (reversedAt !== null) return 'reversed';
  return reversedFen > 0 ? 'partly-reversed' : state;
}

export function TransferState({ transfer }: { readonly transfer: Transfer }) {
  const { t } = useTranslation('transfers');
  const state = shownState(transfer);
  return <StateTag {...LOOKS[state]}>{t(`state.${state}`)}</StateTag>;
}
