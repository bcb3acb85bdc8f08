import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface SettlementsSearch {
  /** A business month such as 2026-10; absent: the last one that is over. */
  readonly month?: string;
}

export const settlementsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/settlements',
    validateSearch: ({ month }: Record<string, unknown>): SettlementsSearch =>
      typeof month === 'string' && /^\d{4}-\d{2}$/.test(month) ? { month } : {},
    component: lazyRouteComponent(async () => await import('./SettlementsPage.tsx'), 'SettlementsPage'),
  }),
] as const;
