import { CheckCircleOutlined, CloseCircleOutlined, EditOutlined, SyncOutlined, WarningOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { StateTag } from '../../components/StateTag.tsx';
import type { Saving } from './use-draft.ts';

const LOOKS = {
  saved: { tone: 'success', icon: <CheckCircleOutlined /> },
  saving: { tone: 'neutral', icon: <SyncOutlined /> },
  unsaved: { tone: 'neutral', icon: <EditOutlined /> },
  failed: { tone: 'danger', icon: <CloseCircleOutlined /> },
  conflict: { tone: 'warning', icon: <WarningOutlined /> },
} as const;

/** Whether what was typed is saved. */
export function SavingState({ saving }: { readonly saving: Saving }) {
  const { t } = useTranslation('applications');
  return (
    <span role="status">
      <StateTag {...LOOKS[saving]}>{t(`saving.${saving}`)}</StateTag>
    </span>
  );
}
