import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { StateTag } from '../../components/StateTag.tsx';

const LOOKS = {
  pending: { tone: 'warning', icon: <ClockCircleOutlined /> },
  confirmed: { tone: 'success', icon: <CheckCircleOutlined /> },
  rejected: { tone: 'danger', icon: <CloseCircleOutlined /> },
} as const;

/** Whether a bank transfer waits for its confirmation. */
export function TransferState({ state }: { readonly state: keyof typeof LOOKS }) {
  const { t } = useTranslation('funds');
  return <StateTag {...LOOKS[state]}>{t(`transfers.states.${state}`)}</StateTag>;
}
