import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const secretsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/secrets',
    component: lazyRouteComponent(async () => await import('./SecretsPage.tsx'), 'SecretsPage'),
  }),
] as const;
