import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const SHOWN = ['proposed', 'pending', 'ended'] as const;

export interface DecisionsSearch {
  /** Absent: what waits for the person's confirmation. */
  readonly show?: (typeof SHOWN)[number];
}

export const decisionsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/decisions',
    validateSearch: (search: Record<string, unknown>): DecisionsSearch => {
      const show = SHOWN.find((known) => known === search['show']);
      return show === undefined ? {} : { show };
    },
    component: lazyRouteComponent(async () => await import('./DecisionsPage.tsx'), 'DecisionsPage'),
  }),
] as const;
