import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const KEYS = ['action', 'actor', 'objectType', 'object', 'company', 'from', 'until'] as const;

/** What of the trail is listed. */
export type AuditSearch = Readonly<Partial<Record<(typeof KEYS)[number], string>>>;

export const auditRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/audit',
    validateSearch: (search: Record<string, unknown>): AuditSearch =>
      Object.fromEntries(KEYS.map((key) => [key, search[key]]).filter(([, value]) => typeof value === 'string' && value !== '')),
    component: lazyRouteComponent(async () => await import('./AuditPage.tsx'), 'AuditPage'),
  }),
] as const;
