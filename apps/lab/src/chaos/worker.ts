import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Answer, Order, SeedOrder } from './worker.main.ts';

/** Longest that a seed may take before its worker counts as hung, in real milliseconds. */
const LONGEST_SEED_MILLISECONDS = 120_000;

/**
 * A process with a PostgreSQL and a simulated cluster of its own, which runs one seed after the other. It leads a process group, so that
 * its controllers and its PostgreSQL end with it.
 */
export class Worker {
  readonly #ended = new AbortController();

  private constructor(private readonly child: ChildProcess) {
    child.once('exit', () => this.#ended.abort(new Error('the worker ended')));
  }

  static async start(): Promise<Worker> {
    const child = fork(path.join(import.meta.dirname, 'worker.main.js'), { execArgv: ['--no-warnings'], detached: true });
    await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
    return new Worker(child);
  }

  /** @throws Error when the worker ends or hangs instead of answering */
  async run(order: SeedOrder): Promise<Answer> {
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(LONGEST_SEED_MILLISECONDS)]);
    this.#order(order);
    const [answer] = (await once(this.child, 'message', { signal })) as [Answer];
    return answer;
  }

  /** What it leaves behind is of no use to anybody: one that does not end by itself is ended. */
  async end(): Promise<void> {
    const exit = once(this.child, 'exit');
    const late = setTimeout(() => this.kill(), 30_000);
    this.#order('end');
    await exit;
    clearTimeout(late);
  }

  /** The process group of the worker. */
  get group(): number | undefined {
    return this.child.pid;
  }

  /** Kills the worker and all that it has started. */
  kill(): void {
    if (this.group !== undefined && !this.#ended.signal.aborted) process.kill(-this.group, 'SIGKILL');
  }

  #order(order: Order): void {
    this.child.send(order);
  }
}
