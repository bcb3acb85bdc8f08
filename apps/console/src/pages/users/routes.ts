import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface UsersSearch {
  /** Part of the name or address. */
  readonly search?: string;
}

export const usersRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/users',
    validateSearch: (input: Record<string, unknown>): UsersSearch => {
      const search = input['search'];
      return typeof search === 'string' && search !== '' ? { search } : {};
    },
    component: lazyRouteComponent(async () => await import('./UsersPage.tsx'), 'UsersPage'),
  }),
] as const;
