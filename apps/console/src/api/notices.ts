import { $api } from './client.ts';
import { useOutdate } from './outdate.ts';

export const NOTICES = '/api/v1/me/notices';

/** Marks the notices up to one of them as read. */
export function useMarkRead() {
  const outdate = useOutdate();
  return $api.useMutation('put', '/api/v1/me/notices/read', { onSuccess: async () => await outdate(NOTICES) });
}
