import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { currentCompany } from './capacity.ts';
import { readStream, type StreamEvent } from './event-stream.ts';

/** Words of the paths that show objects of a topic. A topic that is not here is shown by paths with its own name. */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  jobs: ['/jobs', '/queue', '/cluster'],
  grants: ['/grants', '/balance', '/funds', '/quota'],
  balances: ['/grants', '/balance', '/funds', '/wallet', '/programmes', '/quota'],
  transfers: ['/transfers', '/wallet'],
  months: ['/months', '/statements', '/settlements'],
  companies: ['/companies', '/me'],
  members: ['/members', '/invitations', '/me'],
  catalog: ['/gpu-classes'],
  limits: ['/companies', '/limits'],
  cluster: ['/cluster', '/nodes', '/utilisation'],
};

/** Changes that come together are shown together. */
const GATHER_MS = 500;
/** A stream that the API ended, because it stops or the session changed, is opened anew after this time. */
const REOPEN_MS = 3_000;

interface Change {
  readonly topic: string;
}

/** Reads anew what is shown when it changes, as long as the calling component is shown. */
export function useChanges(): void {
  const client = useQueryClient();
  const company = currentCompany();
  useEffect(() => {
    const leaving = new AbortController();
    const stale = new Set<string>();
    let opened = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      const words = [...stale].flatMap((topic) => SHOWN_BY[topic] ?? [`/${topic}`]);
      stale.clear();
      void client.invalidateQueries({
        predicate: ({ queryKey: [, path] }) => typeof path === 'string' && words.some((word) => path.includes(word)),
      });
    };
    const onEvent = ({ type, data }: StreamEvent): void => {
      if (type === 'opened') {
        // After a pause that was too long to resume, everything that is shown may be out of date.
        if (opened && !(JSON.parse(data) as { resumed: boolean }).resumed) void client.invalidateQueries();
        opened = true;
      } else if (type === 'reset') void client.invalidateQueries();
      else if (type === 'changes') {
        for (const { topic } of (JSON.parse(data) as { changes: readonly Change[] }).changes) stale.add(topic);
        timer ??= setTimeout(refresh, GATHER_MS);
      }
    };
    const follow = async (): Promise<void> => {
      while (!leaving.signal.aborted) {
        const reader = { onEvent, onState: () => undefined, onProblem: () => undefined };
        await readStream('/api/v1/changes', reader, { signal: leaving.signal });
        await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
      }
    };
    void follow();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [client, company]);
}
