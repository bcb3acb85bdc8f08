import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface StatementSearch {
  /** Whose statement, for the park's people; a company's people read their own. */
  readonly company?: string;
}

export const statementsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/statements',
    component: lazyRouteComponent(async () => await import('./StatementsPage.tsx'), 'StatementsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/statements/$month',
    validateSearch: (search: Record<string, unknown>): StatementSearch => {
      const { company } = search;
      return typeof company === 'string' && company !== '' ? { company } : {};
    },
    component: lazyRouteComponent(async () => await import('./StatementPage.tsx'), 'StatementPage'),
  }),
] as const;
