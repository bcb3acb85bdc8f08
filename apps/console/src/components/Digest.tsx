import { Typography } from 'antd';
import { useTranslation } from 'react-i18next';

const SHOWN = 8;

interface DigestProps {
  readonly digest: string | null | undefined;
  /** Whether all of it is shown, and not only its beginning. */
  readonly whole?: boolean;
}

/** A digest or the id of a key, with a button that copies all of it. */
export function Digest({ digest, whole = false }: DigestProps) {
  const { t } = useTranslation();
  if (digest === null || digest === undefined) return <span className="soft">—</span>;
  return (
    <Typography.Text
      className="mono"
      title={digest}
      style={whole ? { overflowWrap: 'anywhere' } : { whiteSpace: 'nowrap' }}
      copyable={{ text: digest, tooltips: [t('copy'), t('copied')] }}
    >
      {whole ? digest : `${digest.slice(0, SHOWN)}…`}
    </Typography.Text>
  );
}
