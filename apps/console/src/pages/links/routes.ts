import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';

/** Where the links of mails lead; their secret is behind the fragment sign. */
export const linkRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/invitation',
    component: lazyRouteComponent(async () => await import('./InvitationPage.tsx'), 'InvitationPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/password',
    component: lazyRouteComponent(async () => await import('./PasswordPage.tsx'), 'PasswordPage'),
  }),
] as const;
