import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

/** What a process needs to find its programs; everything else is given to it. */
const INHERITED = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NO_COLOR: '1' };

/** As long as Kubernetes gives a pod. Node.js itself may deadlock at its exit (nodejs/node#54918). */
const TERMINATION_GRACE_MS = 30_000;

/** A process of a release of the product: what it writes goes to a file, and is kept for whoever waits for a part of it. */
export class DrillProcess {
  output = '';
  readonly #ended: Promise<unknown>;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    logFile: string,
  ) {
    const log = createWriteStream(logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.output += part.toString();
        log.write(part);
      });
    }
    this.#ended = once(child, 'close').then(() => log.end());
  }

  /**
   * @param release folder of a release that is compiled
   * @param entry below `dist/apps`, such as `api/src/main.js`
   */
  static start(
    release: string,
    entry: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>>,
    logFile: string,
    input = '',
  ): DrillProcess {
    const main = path.join(release, 'dist/apps', entry);
    const child = spawn(process.execPath, ['--no-warnings', main, ...args], { cwd: release, env: { ...INHERITED, ...variables } });
    // A process may end without reading its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return new DrillProcess(path.basename(logFile, '.log'), child, logFile);
  }

  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits for its end. @returns its exit code; null where a signal ended it */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }

  /** Asks it to end, and kills it where it has not in time, as a deployment does. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), TERMINATION_GRACE_MS);
    await this.#ended;
    clearTimeout(late);
  }
}
