import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PODS_LISTED } from '../../../controller/src/index.ts';
import type { PlantedBug } from './planted-bugs.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../controller/src/main.js');
const PLANT = path.join(import.meta.dirname, 'planted-bug.preload.js');

/** The real controller in a process of its own; its words go to a file. */
export class ControllerProcess {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #expected = false;

  constructor(
    readonly logFile: string,
    variables: Readonly<Record<string, string>>,
    plant?: PlantedBug,
  ) {
    const log = openSync(logFile, 'a');
    const planted = plant === undefined ? [] : ['--import', PLANT];
    this.#process = spawn(process.execPath, ['--no-warnings', ...planted, MAIN], {
      env: {
        ...{ PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, NO_COLOR: '1', ...variables },
        ...(plant !== undefined && { CHAOS_PLANT: plant }),
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#ended = once(this.#process, 'exit');
  }

  get runs(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Whether it came up so far that it could lead. */
  get isReady(): boolean {
    return readFileSync(this.logFile, 'utf8').includes(PODS_LISTED);
  }

  /** It ended though nobody killed it: a fault of the product. */
  get crashed(): boolean {
    return !this.runs && !this.#expected;
  }

  /** Asks it to end. @returns whether it did within `milliseconds` */
  async stop(milliseconds: number): Promise<boolean> {
    this.#expected = true;
    this.#process.kill('SIGTERM');
    await Promise.race([this.#ended, sleep(milliseconds, undefined, { ref: false })]);
    return !this.runs;
  }

  async kill(): Promise<void> {
    this.#expected = true;
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  continue(): void {
    this.#process.kill('SIGCONT');
  }
}
