import { useQuery } from '@tanstack/react-query';
import type { components } from '#api-client';
import { api } from '../../api/client.ts';
import { everyPage } from '../../api/everything.ts';

export type WaitingJob = components['schemas']['JobSummary'] & {
  /** Its place among the jobs of its class, from 1: as the scheduler gave it, otherwise by the order of the list. */
  readonly place: number;
};

const REFRESH_MS = 15_000;

/** All jobs that wait, in the order in which they are expected to start. */
export function useWaitingJobs() {
  return useQuery({
    queryKey: ['get', '/api/v1/jobs', 'waiting'],
    refetchInterval: REFRESH_MS,
    queryFn: async ({ signal }) =>
      await everyPage(
        async (page, abort) => await api.GET('/api/v1/jobs', { params: { query: { ...page, state: 'Queued' } }, signal: abort }),
        signal,
      ),
    select: inOrder,
  });
}

type Job = components['schemas']['JobSummary'];

/** By expected start and place; those without one by how many jobs are ahead, and at last by how long they have waited. */
export function inOrder(jobs: readonly Job[]): WaitingJob[] {
  const startOf = ({ waiting }: Job): number => (typeof waiting?.expectedStart === 'string' ? Date.parse(waiting.expectedStart) : Infinity);
  const aheadOf = ({ waiting }: Job): number => waiting?.jobsAhead ?? Infinity;
  const placeOf = ({ waiting }: Job): number => waiting?.place ?? Infinity;
  const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  const sorted = jobs.toSorted(
    (a, b) =>
      compare(startOf(a), startOf(b)) ||
      compare(placeOf(a), placeOf(b)) ||
      compare(aheadOf(a), aheadOf(b)) ||
      compare(Date.parse(a.queuedAt), Date.parse(b.queuedAt)) ||
      (a.id < b.id ? -1 : 1),
  );
  const places = new Map<string, number>();
  return sorted.map((job) => {
    const place = (places.get(job.gpuClass) ?? 0) + 1;
    places.set(job.gpuClass, place);
    return { ...job, place: job.waiting?.place ?? place };
  });
}
