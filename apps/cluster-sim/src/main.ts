import { readFile, writeFile } from 'node:fs/promises';
import { parseSettings, ScaledClock, SettingsError, SystemClock } from '#kernel';
import { SimulatedCluster, poolsFromTrace } from './index.ts';
import { environment } from './settings.ts';

/** The simulated cluster as a process of its own. */
async function main(variables: NodeJS.ProcessEnv): Promise<void> {
  const env = parseSettings(environment, variables);
  const { SIM_SPEED: speed, SIM_NODES_FILE: nodesFile, SIM_KUBECONFIG: path } = env;
  const cluster = await SimulatedCluster.start({
    clock: speed === 1 ? new SystemClock() : new ScaledClock(speed, instant(env.SIM_CLOCK_ORIGIN), instant(env.SIM_CLOCK_STARTED_AT)),
    port: env.SIM_PORT,
    ...(env.SIM_MEMORY === undefined ? {} : { memoryFile: env.SIM_MEMORY }),
    ...(env.SIM_SEED === undefined ? {} : { seed: env.SIM_SEED }),
    ...(nodesFile === undefined ? {} : { nodes: poolsFromTrace(await readFile(nodesFile, 'utf8')) }),
  });
  await writeFile(path, cluster.kubeconfigYaml, { mode: 0o600 });
  process.stdout.write(`simulated cluster at ${cluster.url}, kubeconfig in ${path}\n`);
  const stop = (): void => {
    void cluster.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function instant(text: string | undefined): Date {
  return text === undefined ? new Date() : new Date(text);
}

try {
  await main(process.env);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
