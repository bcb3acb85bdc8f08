import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const START_MS = 180_000;

/** The whole product in a process of its own, as `npm start` runs it, with the data of the demo. */
export interface ConsoleStack {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts what is compiled, with an empty data directory. @throws Error with what the process wrote, if it does not become ready */
export async function startConsoleStack(): Promise<ConsoleStack> {
  const directory = await mkdtemp(path.join(tmpdir(), 'speedspace-console-'));
  const child = spawn(process.execPath, ['dist/apps/standalone/src/main.js'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIRECTORY: directory,
      PORT: '0',
      SIM_PORT: '0',
      POSTGRES_PORT: '0',
      SIGN_IN_PER_MINUTE: '100000',
      REFRESHES_PER_MINUTE: '100000',
      STREAMS_PER_PERSON: '1000',
    },
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { url: await apiUrl(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function apiUrl(child: ChildProcess): Promise<string> {
  let output = '';
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The product is not ready after ${START_MS} ms:\n${output}`)), START_MS);
    const finish = (done: () => void): void => {
      clearTimeout(timer);
      done();
    };
    const read = (part: Buffer): void => {
      output += part.toString();
      const url = /API\s+(http:\/\/\S+)\/api\/v1/.exec(output)?.[1];
      if (url !== undefined && output.includes('Ctrl-C stops it')) finish(() => resolve(url));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => finish(() => reject(new Error(`The product ended with ${String(code)}:\n${output}`))));
  });
}
