import { Alert, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The link of an invitation that was not mailed. It is shown this once. */
export function InvitationLink({ link, action }: { readonly link: string; readonly action?: ReactNode }) {
  const { t } = useTranslation('companies');
  return (
    <Alert
      type="warning"
      showIcon
      title={t('invite.notMailed')}
      description={
        <>
          <p>{t('invite.handOn')}</p>
          <Typography.Paragraph code copyable style={{ overflowWrap: 'anywhere' }}>
            {link}
          </Typography.Paragraph>
          {action}
        </>
      }
    />
  );
}
