import { useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useDownSince } from '../../api/connection.ts';
import { useMe } from '../../api/session.ts';
import { formatInstant } from '../format.ts';

/** Says since when the API does not answer. Pages keep what they know, and read it anew when the API is back. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const { timeZone } = useMe();
  const since = useDownSince();
  const wasDown = useRef(false);
  const client = useQueryClient();
  useEffect(() => {
    if (since === undefined && wasDown.current) void client.invalidateQueries();
    wasDown.current = since !== undefined;
  }, [since, client]);
  if (since === undefined) return null;
  return (
    <Alert
      type="warning"
      showIcon
      banner
      style={{ marginBottom: 16 }}
      title={t('connection.down', { at: formatInstant(since, timeZone, { seconds: true }) })}
    />
  );
}
