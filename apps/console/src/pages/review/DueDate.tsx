import { ClockCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { Instant } from '../../components/Instant.tsx';
import { StateTag } from '../../components/StateTag.tsx';

const SOON_S = 86_400;

/** When the next step is due: overdue and nearly due in words, else the day. */
export function DueDate({ at }: { readonly at: string | null }) {
  const { t } = useTranslation('review');
  const now = useNow();
  if (at === null) return <span className="soft">—</span>;
  const left = (Date.parse(at) - now) / 1_000;
  if (left < 0) {
    return (
      <StateTag tone="danger" icon={<WarningOutlined />}>
        {t('due.over', { time: formatDuration(-left) })}
      </StateTag>
    );
  }
  if (left < SOON_S) {
    return (
      <StateTag tone="warning" icon={<ClockCircleOutlined />}>
        {t('due.soon', { time: formatDuration(left) })}
      </StateTag>
    );
  }
  return <Instant at={at} precision="day" />;
}
