import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { expectEqual, expectThat, type Feature } from './feature.ts';

const WALLET = 10_000_000n;

/** What the suite checks of the account and of tenants' spaces on every cluster. */
export const spaceFeatures: readonly Feature[] = [
  {
    name: 'rights of the chart',
    async run(environment) {
      for (const component of ['api', 'controller'] as const) {
        const { sentences } = await environment.cluster(component).missingRights(component);
        expectEqual(`what the ${component} lacks`, sentences, []);
      }
      return 'API and controller have accounts with exactly the rules of the chart, and lack none';
    },
  },
  {
    name: 'clocks',
    async run(environment) {
      const seconds = await environment.cluster('controller').clockError(environment.clock);
      expectThat(Math.abs(seconds) <= 5, `the clock of the API server differs by ${seconds} s`);
      return `the clock of the API server differs by ${seconds} s`;
    },
  },
  {
    name: 'tenant space',
    async run(environment) {
      const company = await environment.company(WALLET);
      const job = await environment.submit(company, {});
      await environment.until(job, 'Running');
      const namespace = environment.namespace(company);
      const { core, networking } = environment;
      const [quotas, limits, policies] = await Promise.all([
        core.listNamespacedResourceQuota({ namespace }),
        core.listNamespacedLimitRange({ namespace }),
        networking.listNamespacedNetworkPolicy({ namespace }),
      ]);
      expectEqual('the objects', [quotas.items.length, limits.items.length], [1, 1]);
      expectEqual('the NetworkPolicies', policies.items.map(({ metadata }) => metadata?.name).sort(), ['allow-dns', 'default-deny']);
      const [pod] = await environment.pods(job);
      const token = pod?.spec?.volumes?.some(({ name }) => name.startsWith('kube-api-access')) ?? false;
      expectEqual('the service-account token', [token, pod?.spec?.automountServiceAccountToken], [false, false]);
      const privileged = { name: 'root', image: 'busybox', securityContext: { privileged: true } };
      const refusal = await core
        .createNamespacedPod({ namespace, dryRun: 'All', body: { metadata: { name: 'root' }, spec: { containers: [privileged] } } })
        .then(
          () => 'nothing',
          (error: unknown) => String(error),
        );
      expectThat(refusal.includes('PodSecurity'), `a privileged pod is refused by ${refusal}`);
      await environment.cancel(job);
      await environment.until(job, 'Cancelled');
      return 'quota, limits and both policies; no service-account token; a privileged pod is refused by Pod Security';
    },
  },
  {
    name: 'quota changed by hand',
    async run(environment) {
      const namespace = environment.namespace(await environment.company(WALLET));
      const { core } = environment;
      const quota = async () => (await core.listNamespacedResourceQuota({ namespace })).items[0]?.spec?.hard;
      await environment.waitFor('the quota', quota, (hard) => hard !== undefined);
      const body = { spec: { hard: { pods: '1', 'requests.cpu': '0' } } };
      const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      await core.patchNamespacedResourceQuota({ namespace, name: 'speedspace', body, fieldManager: 'contract' }, asMerge);
      const repaired = await environment.waitFor(
        'its repair',
        quota,
        (hard) => hard?.['pods'] !== '1' && hard?.['requests.cpu'] === undefined,
      );
      return `put right: pods ${repaired?.['pods'] ?? ''} again, and the entry that was added is gone`;
    },
  },
  {
    name: 'deleted namespace',
    async run(environment) {
      const company = await environment.company(WALLET);
      const job = await environment.submit(company, {});
      await environment.until(job, 'Running');
      await environment.core.deleteNamespace({ name: environment.namespace(company) });
      await environment.waitFor(
        'the next attempt to run',
        () => environment.job(job),
        ({ state, attempt }) => state === 'Running' && attempt > 1,
      );
      await environment.cancel(job);
      await environment.until(job, 'Cancelled');
      return 'made again, and its job runs again';
    },
  },
];
