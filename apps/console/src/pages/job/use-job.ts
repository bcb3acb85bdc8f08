import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { $api } from '../../api/client.ts';
import { readStream } from '../../api/event-stream.ts';
import { PAGES } from '../../api/pages.ts';
import { hasEnded, type Job, type JobEvent } from './job.ts';

const PAGE = 200;

const jobParams = (id: string) => ({ params: { path: { id } } });
const eventParams = (id: string) => ({ params: { path: { id }, query: { limit: PAGE } } });

export function useJob(id: string): Job {
  return $api.useSuspenseQuery('get', '/api/v1/jobs/{id}', jobParams(id)).data;
}

export interface JobEvents {
  readonly events: readonly JobEvent[];
  /** Reads the next events of a job that has very many. */
  readonly more: { readonly loading: boolean; readonly load: () => void } | undefined;
}

/** The events of a job, in the order in which they occurred. */
export function useJobEvents(id: string): JobEvents {
  const query = $api.useInfiniteQuery('get', '/api/v1/jobs/{id}/events', eventParams(id), PAGES);
  const events = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  return { events, more: query.hasNextPage ? { loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() } : undefined };
}

/** Reads the job and what belongs to it anew with each event, until it has ended. */
export function useLiveJob(job: Job): void {
  const client = useQueryClient();
  const { id } = job;
  const ended = hasEnded(job);
  useEffect(() => {
    if (ended) return undefined;
    const stop = new AbortController();
    const refresh = (): void => {
      void client.invalidateQueries({
        predicate: ({ queryKey: [, path] }) => typeof path === 'string' && path.startsWith('/api/v1/jobs'),
      });
    };
    const ignore = (): void => undefined;
    void readStream(`/api/v1/jobs/${id}/events/stream`, { onEvent: refresh, onState: ignore, onProblem: ignore }, { signal: stop.signal });
    return () => stop.abort();
  }, [client, id, ended]);
}
