import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePartLost } from '../parts.ts';

/** Says that a part of the console cannot be downloaded, and loads the console anew when the person asks for it: they may have typed something. */
export function LostPartBanner() {
  const { t } = useTranslation();
  if (!usePartLost()) return null;
  return (
    <Alert
      type="warning"
      showIcon
      banner
      role="alert"
      style={{ marginBottom: 16 }}
      title={t('lostPart.title')}
      description={t('lostPart.text')}
      action={
        <Button size="small" onClick={() => location.reload()}>
          {t('lostPart.reload')}
        </Button>
      }
    />
  );
}
