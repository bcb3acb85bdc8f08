import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const JOB_TABS = ['overview', 'log', 'events', 'file'] as const;
export type JobTab = (typeof JOB_TABS)[number];

export interface JobSearch {
  /** Absent: the overview. */
  readonly tab?: JobTab;
  /** Whose log is shown; absent: replica 0 of the last attempt. */
  readonly replica?: number;
  readonly attempt?: number;
}

function count(value: unknown, minimum: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= minimum ? value : undefined;
}

export const jobRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/jobs/$id',
    validateSearch: (search: Record<string, unknown>): JobSearch => {
      const tab = JOB_TABS.find((known) => known === search['tab'] && known !== 'overview');
      const [replica, attempt] = [count(search['replica'], 0), count(search['attempt'], 1)];
      return { ...(tab !== undefined && { tab }), ...(replica !== undefined && { replica }), ...(attempt !== undefined && { attempt }) };
    },
    component: lazyRouteComponent(async () => await import('./JobPage.tsx'), 'JobPage'),
  }),
] as const;
