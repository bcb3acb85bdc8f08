import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface ReconciliationSearch {
  /** A business month such as 2026-10; absent, without a first and a last day: the present one. */
  readonly month?: string;
  /** First and last day of a period, instead of a month. */
  readonly from?: string;
  readonly to?: string;
  readonly company?: string;
}

export const reconciliationRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/reconciliation',
    validateSearch: ({ month, from, to, company }: Record<string, unknown>): ReconciliationSearch => ({
      ...(typeof month === 'string' && /^\d{4}-\d{2}$/.test(month) && { month }),
      ...(isDay(from) && isDay(to) && { from, to }),
      ...(typeof company === 'string' && company !== '' && { company }),
    }),
    component: lazyRouteComponent(async () => await import('./ReconciliationPage.tsx'), 'ReconciliationPage'),
  }),
] as const;

function isDay(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text);
}
