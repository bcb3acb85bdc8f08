import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseSettings, ScaledClock, SettingsError, SystemClock } from '#kernel';
import { SimulatedCluster, poolsFromTrace } from './index.ts';

/**
 * The simulated cluster as a process of its own:
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | `SIM_PORT` | 0 | port on 127.0.0.1; 0 takes a free one |
 * | `SIM_KUBECONFIG` | `kubeconfig.sim.yaml` | where the kubeconfig is written |
 * | `SIM_SPEED` | 1 | how many times as fast as the wall clock simulated time runs |
 * | `SIM_NODES_FILE` | none | node list of a trace (`sn,cpu_milli,memory_mib,gpu,model`) instead of the built-in nodes |
 * | `SIM_CLOCK_ORIGIN`, `SIM_CLOCK_STARTED_AT` | now | simulated time at the wall's time, so that other processes can share the clock |
 * | `SIM_SEED` | `speedspace` | seed of everything random but UIDs, which no two starts share |
 * | `SIM_MEMORY` | none | file that remembers how far time and resource versions came, so that a later start does not go back |
 */
const environment = z.object({
  SIM_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SIM_KUBECONFIG: z.string().default('kubeconfig.sim.yaml'),
  SIM_SPEED: z.coerce.number().positive().default(1),
  SIM_NODES_FILE: z.string().optional(),
  SIM_CLOCK_ORIGIN: z.iso.datetime({ offset: true }).optional(),
  SIM_CLOCK_STARTED_AT: z.iso.datetime({ offset: true }).optional(),
  SIM_SEED: z.string().optional(),
  SIM_MEMORY: z.string().optional(),
});

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
