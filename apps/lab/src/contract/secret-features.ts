import { expectEqual, type Feature } from './feature.ts';

const WALLET = 10_000_000n;
const text = (data: string | undefined): string => Buffer.from(data ?? '', 'base64').toString();

/** What the suite checks of the secrets of companies on every cluster. */
export const secretFeatures: readonly Feature[] = [
  {
    name: 'secrets',
    async run(environment) {
      const company = await environment.company(WALLET);
      const namespace = environment.namespace(company);
      await environment.storeSecret(company, 'token', { kind: 'environment', values: { TOKEN: 'of the contract' } });
      await environment.storeSecret(company, 'key', { kind: 'files', files: { id: Buffer.from('of the contract').toString('base64') } });
      const needs = { envFrom: [{ secret: 'token' }], files: [{ secret: 'key', mountPath: '/secrets' }] };
      const job = await environment.submit(company, {}, needs);
      await environment.until(job, 'Running');
      const { items } = await environment.core.listNamespacedSecret({
        namespace,
        labelSelector: 'app.kubernetes.io/managed-by=speedspace',
      });
      const data = Object.fromEntries(items.map((secret) => [secret.metadata?.name ?? '', secret.data ?? {}]));
      expectEqual('the Secrets', Object.keys(data).sort(), ['secret-key', 'secret-token']);
      expectEqual('the variable', text(data['secret-token']?.['TOKEN']), 'of the contract');
      await environment.removeSecret(company, 'token');
      await environment.removeSecret(company, 'key');
      await environment.waitFor(
        'the Secrets to be gone',
        async () =>
          (await environment.core.listNamespacedSecret({ namespace, labelSelector: 'app.kubernetes.io/managed-by=speedspace' })).items,
        (left) => left.length === 0,
      );
      await environment.cancel(job);
      await environment.until(job, 'Cancelled');
      return 'a pod got a variable and a file, and both Secrets were deleted with what they were made from';
    },
  },
];
