import { readFile, writeFile } from 'node:fs/promises';
import { ScaledClock, SystemClock } from '#kernel';
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
 * | `SIM_SEED` | `speedspace` | seed of everything random |
 */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const speed = number('SIM_SPEED', env.SIM_SPEED ?? '1');
  const { SIM_NODES_FILE: nodesFile, SIM_KUBECONFIG: path = 'kubeconfig.sim.yaml' } = env;
  const cluster = await SimulatedCluster.start({
    clock: speed === 1 ? new SystemClock() : new ScaledClock(speed, instant(env.SIM_CLOCK_ORIGIN), instant(env.SIM_CLOCK_STARTED_AT)),
    port: number('SIM_PORT', env.SIM_PORT ?? '0'),
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

function number(name: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number, not "${text}"`);
  return value;
}

await main(process.env);
