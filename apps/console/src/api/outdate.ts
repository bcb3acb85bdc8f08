import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/** Reads anew what is shown of the routes that begin with one of `paths`, after a write that changed it. */
export function useOutdate(): (...paths: readonly string[]) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (...paths) => {
      await client.invalidateQueries({
        predicate: ({ queryKey }) => paths.some((path) => typeof queryKey[1] === 'string' && queryKey[1].startsWith(path)),
      });
    },
    [client],
  );
}
