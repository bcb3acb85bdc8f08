import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { PostgresUser } from './postgres-user.ts';

const MOST_WORDS = 40;
const READY = 'database system is ready to accept connections';
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What PostgreSQL writes is matched and shown to people: not in whatever language the machine speaks. */
const ENVIRONMENT = { LC_ALL: 'C' };

/** Runs one of PostgreSQL's programs to its end, with `input` on its standard input. @throws Error with its own words when it fails */
export async function runProgram(program: string, args: readonly string[], user: PostgresUser | undefined, input = ''): Promise<void> {
  const child = spawn(program, args, { ...user, cwd: '/', env: { ...process.env, ...ENVIRONMENT } });
  const words = listen(child);
  // A program that ends without reading its input is judged by its exit code and words.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(words.join('').trim());
}

/** A running PostgreSQL, which ends with our process. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #stopAtExit = (): void => void this.#child.kill('SIGINT');
  readonly #stopAtSignal = (signal: NodeJS.Signals): void => {
    // Whoever else listens ends the process in an order of its own.
    if (process.listenerCount(signal) > 1) return;
    void this.stop().then(() => process.kill(process.pid, signal));
  };

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = once(child, 'close');
    process.on('exit', this.#stopAtExit);
    for (const signal of STOP_SIGNALS) process.on(signal, this.#stopAtSignal);
    void this.#closed.then(() => {
      process.off('exit', this.#stopAtExit);
      for (const signal of STOP_SIGNALS) process.off(signal, this.#stopAtSignal);
    });
  }

  /** Resolves when it takes connections. @throws Error with its last words when it ends instead */
  static async start(program: string, args: readonly string[], user: PostgresUser | undefined): Promise<ServerProcess> {
    const child = spawn(program, args, { ...user, cwd: '/', env: { ...process.env, ...ENVIRONMENT }, stdio: ['ignore', 'pipe', 'pipe'] });
    const words = listen(child);
    await once(child, 'spawn');
    const server = new ServerProcess(child);
    const ready = new Promise<true>((resolve) => {
      child.stderr.on('data', () => words.join('').includes(READY) && resolve(true));
    });
    if ((await Promise.race([ready, server.#closed])) !== true) throw new Error(words.join('').trim());
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Rolls back what is under way, cuts all connections and writes everything down. */
  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.#closed;
  }

  /** Kills all its processes at once; its clients are not told. */
  async crash(): Promise<void> {
    // An immediate shutdown, as PostgreSQL calls it: SIGKILL would leave orphans that keep the folder.
    this.#child.kill('SIGQUIT');
    await this.#closed;
  }
}

/** The last words of a program, as they come. */
function listen(child: ChildProcess): string[] {
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => {
      words.push(part.toString());
      if (words.length > MOST_WORDS) words.shift();
    });
  }
  return words;
}
