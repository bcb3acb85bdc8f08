import { Typography } from 'antd';
import { useTranslation } from 'react-i18next';

/** A command of the command line, with a button that copies it. */
export function Command({ children }: { readonly children: string }) {
  const { t } = useTranslation();
  return (
    <Typography.Text code copyable={{ text: children, tooltips: [t('copy'), t('copied')] }} style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Typography.Text>
  );
}
