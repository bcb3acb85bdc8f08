import { createRouter } from '@tanstack/react-router';
import { auditRoutes } from '../pages/audit/routes.ts';
import { clusterRoutes } from '../pages/cluster/routes.ts';
import { utilisationRoutes } from '../pages/utilisation/routes.ts';
import { loopsRoutes } from '../pages/loops/routes.ts';
import { incidentsRoutes } from '../pages/incidents/routes.ts';
import { queueRoutes } from '../pages/queue/routes.ts';
import { companiesRoutes } from '../pages/companies/routes.ts';
import { decisionsRoutes } from '../pages/decisions/routes.ts';
import { accountRoutes } from '../pages/account/routes.ts';
import { linkRoutes } from '../pages/links/routes.ts';
import { applicationsRoutes } from '../pages/applications/routes.ts';
import { fundsRoutes } from '../pages/funds/routes.ts';
import { homeRoutes } from '../pages/home/routes.ts';
import { jobRoutes } from '../pages/job/routes.ts';
import { jobsRoutes } from '../pages/jobs/routes.ts';
import { limitsRoutes } from '../pages/limits/routes.ts';
import { noticesRoutes } from '../pages/notices/routes.ts';
import { pricesRoutes } from '../pages/prices/routes.ts';
import { programmesRoutes } from '../pages/programmes/routes.ts';
import { reviewRoutes } from '../pages/review/routes.ts';
import { signInRoutes } from '../pages/sign-in/routes.ts';
import { startRoutes } from '../pages/start/routes.ts';
import { secretsRoutes } from '../pages/secrets/routes.ts';
import { submitRoutes } from '../pages/submit/routes.ts';
import { usersRoutes } from '../pages/users/routes.ts';
import { whatIfRoutes } from '../pages/what-if/routes.ts';
import { Loading } from '../components/Loading.tsx';
import { monthsRoutes } from '../pages/months/routes.ts';
import { reconciliationRoutes } from '../pages/reconciliation/routes.ts';
import { settlementsRoutes } from '../pages/settlements/routes.ts';
import { statementsRoutes } from '../pages/statements/routes.ts';
import { transfersRoutes } from '../pages/transfers/routes.ts';
import { rootRoute, shellRoute } from './root-route.tsx';

const routeTree = rootRoute.addChildren([
  ...signInRoutes,
  ...linkRoutes,
  shellRoute.addChildren([
    ...monthsRoutes,
    ...reconciliationRoutes,
    ...settlementsRoutes,
    ...statementsRoutes,
    ...transfersRoutes,

    ...startRoutes,
    ...homeRoutes,
    ...accountRoutes,
    ...applicationsRoutes,
    ...fundsRoutes,
    ...jobsRoutes,
    ...jobRoutes,
    ...reviewRoutes,
    ...programmesRoutes,
    ...companiesRoutes,
    ...decisionsRoutes,
    ...auditRoutes,
    ...clusterRoutes,
    ...utilisationRoutes,
    ...loopsRoutes,
    ...incidentsRoutes,
    ...queueRoutes,
    ...noticesRoutes,
    ...submitRoutes,
    ...secretsRoutes,
    ...pricesRoutes,
    ...limitsRoutes,
    ...usersRoutes,
    ...whatIfRoutes,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
