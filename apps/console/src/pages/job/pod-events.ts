import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { hasEnded, type Job } from './job.ts';

export type PodEvent = components['schemas']['PodEvent'];

/** The cluster's own events change nothing of ours that the stream of changes tells of. */
const READ_AGAIN_MS = 10_000;

/** What the cluster reported of the pods of a job, of all its attempts. */
export function usePodEvents(job: Pick<Job, 'id' | 'state'>) {
  const options = { refetchInterval: hasEnded(job) ? (false as const) : READ_AGAIN_MS };
  return $api.useQuery('get', '/api/v1/jobs/{id}/pod-events', { params: { path: { id: job.id } } }, options);
}

/** Warnings with the same meaning, told once. */
export interface Warning {
  readonly latest: PodEvent;
  readonly replicas: readonly number[];
  readonly count: number;
}

/** What is wrong with the present attempt of a job, the latest first; nothing of a job that ended well. */
export function warningsOf(job: Pick<Job, 'attempt' | 'state'>, events: readonly PodEvent[]): Warning[] {
  if (job.state === 'Succeeded') return [];
  const warnings = events.filter(({ warning, attempt }) => warning && attempt === job.attempt);
  return [...Map.groupBy(warnings, ({ code }) => code).values()]
    .flatMap((group): Warning[] => {
      const [latest] = group.toSorted((a, b) => b.lastAt.localeCompare(a.lastAt));
      if (latest === undefined) return [];
      const replicas = [...new Set(group.map(({ replica }) => replica))].sort((a, b) => a - b);
      return [{ latest, replicas, count: Math.max(...group.map(({ count }) => count)) }];
    })
    .sort((a, b) => b.latest.lastAt.localeCompare(a.latest.lastAt));
}

/** A text of the API in the language that is shown. */
export function inLanguage(text: { readonly en: string; readonly zh: string }, language: string): string {
  return language.startsWith('zh') ? text.zh : text.en;
}
