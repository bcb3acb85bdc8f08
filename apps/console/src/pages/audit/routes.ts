import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const KEYS = ['action', 'actor', 'objectType', 'object', 'company', 'from', 'until'] as const;

/** What of the trail is listed. */
export type AuditSearch = Readonly<Partial<Record<(typeof KEYS)[number], string>>>;

function filtersOf(search: Record<string, unknown>): AuditSearch {
  const given = KEYS.map((key) => [key, search[key]] as const).filter(([, value]) => typeof value === 'string' && value !== '');
  return Object.fromEntries(given);
}

export const auditRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/audit',
    validateSearch: filtersOf,
    component: lazyRouteComponent(async () => await import('./AuditPage.tsx'), 'AuditPage'),
  }),
] as const;
