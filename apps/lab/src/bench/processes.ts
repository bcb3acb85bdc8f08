import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ScaledClock } from '#kernel';
import type { ProbeMessage } from './metering/turn-probe.ts';

const LAST_WORDS = 2_000;
/** As long as Kubernetes gives a pod. Node.js itself may deadlock at its exit (nodejs/node#54918). */
const TERMINATION_GRACE_MS = 30_000;
const DIST = path.resolve(import.meta.dirname, '../../..');

/** A process of the benchmark: what it prints goes to a file, and it ends when the benchmark does. */
export class BenchProcess {
  #hear: (message: ProbeMessage) => void = () => undefined;

  /** The end of what it wrote to its standard error. */
  lastWords = '';

  private constructor(
    readonly app: string,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.on('data', (part: Buffer) => (this.lastWords = `${this.lastWords}${part.toString()}`.slice(-LAST_WORDS)));
    child.once('exit', (code, signal) => (this.lastWords += ` (exit code ${code}, signal ${signal})`));
    child.on('message', (message) => this.#hear(message as ProbeMessage));
  }

  static start(
    app: 'api' | 'cluster-sim' | 'controller',
    directory: string,
    variables: Record<string, string>,
    execArgv: string[] = [],
  ): BenchProcess {
    const child = fork(path.join(DIST, app, 'src/main.js'), {
      env: { PATH: process.env.PATH ?? '', ...variables },
      execArgv,
      silent: true,
    });
    const log = createWriteStream(path.join(directory, `${app}.log`), { flags: 'a' });
    child.stdout?.pipe(log);
    child.stderr?.pipe(log);
    return new BenchProcess(app, child);
  }

  /** Calls `hear` with what the probe tells from now on, until the returned function is called. */
  onMessage(hear: (message: ProbeMessage) => void): () => void {
    this.#hear = hear;
    return () => (this.#hear = () => undefined);
  }

  /** Waits for the first line that the process prints. */
  async firstLine(): Promise<void> {
    if (this.child.stdout === null) return;
    await Promise.race([once(this.child.stdout, 'data'), this.#early()]);
  }

  /** Waits until it has printed `text`. */
  async untilLogged(text: string): Promise<void> {
    const { stdout } = this.child;
    if (stdout === null) return;
    const said = new Promise<void>((resolve) => {
      let line = '';
      const hear = (part: Buffer): void => {
        line = `${line}${part.toString()}`.slice(-LAST_WORDS);
        if (line.includes(text)) resolve();
      };
      stdout.on('data', hear);
    });
    await Promise.race([said, this.#early()]);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), TERMINATION_GRACE_MS);
    await gone;
    clearTimeout(late);
  }

  async #early(): Promise<never> {
    await once(this.child, 'exit');
    throw new Error(`${this.child.spawnfile} ended before it was ready`);
  }
}

/** A node list of `nodes` nodes of eight GPUs, written into `directory`. @returns its path */
export async function writeNodeList(directory: string, nodes: number): Promise<string> {
  const rows = Array.from({ length: nodes }, (_, node) => `gpu-${node},128000,2097152,8,H800`);
  const file = path.join(directory, 'nodes.csv');
  await writeFile(file, ['sn,cpu_milli,memory_mib,gpu,model', ...rows].join('\n'));
  return file;
}

/** The simulated cluster with the nodes of a list, on `clock`. */
export async function startCluster(directory: string, clock: ScaledClock, nodesFile: string) {
  const kubeconfig = path.join(directory, 'kubeconfig.yaml');
  const cluster = BenchProcess.start('cluster-sim', directory, {
    SIM_KUBECONFIG: kubeconfig,
    SIM_SPEED: String(clock.factor),
    SIM_CLOCK_ORIGIN: clock.origin.toISOString(),
    SIM_CLOCK_STARTED_AT: clock.startedAt.toISOString(),
    SIM_NODES_FILE: nodesFile,
  });
  await cluster.firstLine();
  return { cluster, kubeconfig };
}

/** As README has it for production: what lives takes a third of it, garbage that nobody hurries to collect would take the rest. */
const CONTROLLER_HEAP = '--max-old-space-size=256';

/** The real controller with the probe in it. @param profile where it leaves a profile of its CPU; nowhere by default */
export function startController(
  directory: string,
  clock: ScaledClock,
  databaseUrl: string,
  kubeconfig: string,
  profile?: string,
): BenchProcess {
  const variables = {
    DATABASE_URL: databaseUrl,
    KUBECONFIG: kubeconfig,
    SIMULATED_CLUSTER: 'true',
    CLOCK_SPEED: String(clock.factor),
    CLOCK_ORIGIN: clock.origin.toISOString(),
    CLOCK_STARTED_AT: clock.startedAt.toISOString(),
    // What the API servers take is real time, so this deadline is too: ten minutes, however fast the clock runs.
    START_DEADLINE: String(600 * Math.ceil(clock.factor)),
  };
  return BenchProcess.start('controller', directory, variables, [
    CONTROLLER_HEAP,
    ...(profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]),
    '--import',
    path.join(import.meta.dirname, 'metering/turn-probe.js'),
  ]);
}
