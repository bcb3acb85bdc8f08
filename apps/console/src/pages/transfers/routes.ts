import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const STATES = ['pending', 'confirmed', 'rejected'] as const;

export interface TransfersSearch {
  readonly state?: (typeof STATES)[number];
  readonly company?: string;
}

export const transfersRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/transfers',
    validateSearch: (search: Record<string, unknown>): TransfersSearch => {
      const state = STATES.find((known) => known === search['state']);
      const { company } = search;
      return { ...(state !== undefined && { state }), ...(typeof company === 'string' && company !== '' && { company }) };
    },
    component: lazyRouteComponent(async () => await import('./TransfersPage.tsx'), 'TransfersPage'),
  }),
] as const;
