import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { APPLIED_KINDS, type AppliedKind, STATUSES, STEPS } from './search.ts';

function known<Value extends string, Name extends string>(
  name: Name,
  values: readonly Value[],
  value: unknown,
): { readonly [N in Name]?: Value } {
  const found = values.find((one) => one === value);
  return (found === undefined ? {} : { [name]: found }) as { readonly [N in Name]?: Value };
}

export const applicationsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/applications',
    validateSearch: ({ status }: Record<string, unknown>) => known('status', STATUSES, status),
    component: lazyRouteComponent(async () => await import('./ApplicationsPage.tsx'), 'ApplicationsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/applications/new',
    validateSearch: ({ kind, grant }: Record<string, unknown>): { readonly kind?: AppliedKind; readonly grant?: string } => ({
      ...known('kind', APPLIED_KINDS, kind),
      ...(typeof grant === 'string' && grant !== '' && { grant }),
    }),
    component: lazyRouteComponent(async () => await import('./NewApplicationPage.tsx'), 'NewApplicationPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/applications/$id',
    validateSearch: ({ step }: Record<string, unknown>) => known('step', STEPS, step),
    component: lazyRouteComponent(async () => await import('./ApplicationPage.tsx'), 'ApplicationPage'),
  }),
] as const;
