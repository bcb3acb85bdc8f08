import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';

/** A path of this console; anything else could lead to another site. */
function pathOf(to: unknown): string | undefined {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined;
}

export const signInRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: (search: Record<string, unknown>): { to?: string } => {
      const to = pathOf(search['to']);
      return to === undefined ? {} : { to };
    },
    component: lazyRouteComponent(async () => await import('./SignInPage.tsx'), 'SignInPage'),
  }),
] as const;
