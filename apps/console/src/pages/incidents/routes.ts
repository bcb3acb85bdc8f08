import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface IncidentsSearch {
  /** Absent: the incidents; else the attempts that await a refund. */
  readonly show?: 'candidates';
}

export const incidentsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/incidents',
    validateSearch: (search: Record<string, unknown>): IncidentsSearch => (search['show'] === 'candidates' ? { show: 'candidates' } : {}),
    component: lazyRouteComponent(async () => await import('./IncidentsPage.tsx'), 'IncidentsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/incidents/$id',
    component: lazyRouteComponent(async () => await import('./IncidentPage.tsx'), 'IncidentPage'),
  }),
] as const;
