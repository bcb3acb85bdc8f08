import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const STATUSES = ['active', 'suspended', 'graduated'] as const;

export interface CompaniesSearch {
  readonly status?: (typeof STATUSES)[number];
  /** Part of the name, a credit code, or a short name. */
  readonly search?: string;
}

export const companiesRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/companies',
    validateSearch: (input: Record<string, unknown>): CompaniesSearch => {
      const status = STATUSES.find((known) => known === input['status']);
      const search = input['search'];
      return { ...(status !== undefined && { status }), ...(typeof search === 'string' && search !== '' && { search }) };
    },
    component: lazyRouteComponent(async () => await import('./CompaniesPage.tsx'), 'CompaniesPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/companies/$id',
    component: lazyRouteComponent(async () => await import('./CompanyPage.tsx'), 'CompanyPage'),
  }),
] as const;
