import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import type { ViewState } from '../components/data-table/view-state.ts';
import { ErrorPage } from './ErrorPage.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';

export const rootRoute = createRootRoute({ component: Outlet, errorComponent: ErrorPage, notFoundComponent: NotFoundPage });

/** What every page inside the shell may have in its address: the view of its list, and the number whose origin is shown. */
function viewOf({ sort, columns, trace }: Record<string, unknown>): ViewState {
  return {
    ...(typeof sort === 'string' && { sort }),
    ...(typeof columns === 'string' && { columns }),
    ...(typeof trace === 'string' && { trace }),
  };
}

/** Pages for the signed-in: each page's route has this one as its parent. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  validateSearch: viewOf,
  component: lazyRouteComponent(async () => await import('./shell/Shell.tsx'), 'Shell'),
  errorComponent: ErrorPage,
});
