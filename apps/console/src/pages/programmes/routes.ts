import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const STATUSES = ['draft', 'open', 'paused', 'closed'] as const;

export interface ProgrammesSearch {
  readonly status?: (typeof STATUSES)[number];
}

export const programmesRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/programmes',
    validateSearch: (search: Record<string, unknown>): ProgrammesSearch => {
      const status = STATUSES.find((known) => known === search['status']);
      return status === undefined ? {} : { status };
    },
    component: lazyRouteComponent(async () => await import('./ProgrammesPage.tsx'), 'ProgrammesPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/programmes/$id',
    component: lazyRouteComponent(async () => await import('./ProgrammePage.tsx'), 'ProgrammePage'),
  }),
] as const;
