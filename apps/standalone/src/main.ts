import { setGlobalProxyFromEnv } from 'node:http';
import Table from 'cli-table3';
import { DatabaseNotReady } from '#database';
import { DomainError, SettingsError } from '#kernel';
import { startStandalone } from './standalone.ts';
import { standaloneSettings } from './standalone-settings.ts';

const started = Date.now();

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = '';
  return url.toString();
}

try {
  setGlobalProxyFromEnv();
  const settings = standaloneSettings(process.env);
  const product = await startStandalone(settings, undefined, (line) => process.stdout.write(`${line}\n`));
  const stop = (): void => {
    process.stdout.write('stopping …\n');
    product.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);

  if (product.people.length > 0) {
    const table = new Table({ head: ['who', 'role', 'sign in as', 'password (shown this once)'], style: { head: [], border: [] } });
    for (const { name, role, company, email, password } of product.people)
      table.push([`${company ?? ''} ${name}`.trim(), role, email, password]);
    process.stdout.write(`Demo data is loaded.\n${table.toString()}\n`);
  }
  const lines = [
    `Speedspace is ready after ${((Date.now() - started) / 1000).toFixed(1)} s.`,
    `  API        ${product.apiUrl}/api/v1`,
    `  OpenAPI    ${product.apiUrl}/api/docs`,
    `  database   ${withoutPassword(product.databaseUrl)}`,
    `  cluster    ${product.cluster?.url ?? 'as KUBECONFIG names it'}`,
    `  kubectl    kubectl --kubeconfig ${product.kubeconfigPath} get pods -A`,
    'Ctrl-C stops it.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} catch (error) {
  const expected = error instanceof SettingsError || error instanceof DatabaseNotReady || error instanceof DomainError;
  process.stderr.write(`${expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
