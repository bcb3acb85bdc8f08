import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEntry, type Variables } from './processes.ts';

const START_MS = 180_000;
/** As long as Kubernetes gives a pod. Node.js itself may deadlock at its exit (nodejs/node#54918). */
const TERMINATION_GRACE_MS = 30_000;

/** The whole product in a process of its own, as `npm start` runs it. */
export interface Product {
  /** Of the API and the console. */
  readonly url: string;
  readonly pid: number;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts what is compiled, with a data directory of its own and on free ports, and waits until it is ready.
 * @throws Error with what the process wrote, if it ends or is not ready in time
 */
export async function startProduct(variables: Variables = {}): Promise<Product> {
  const directory = await mkdtemp(path.join(tmpdir(), 'speedspace-product-'));
  const ports = { PORT: '0', SIM_PORT: '0', POSTGRES_PORT: '0' };
  const child = startEntry('standalone/src/main.js', [], { DATA_DIRECTORY: path.join(directory, 'data'), ...ports, ...variables });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), TERMINATION_GRACE_MS);
      await exited;
      clearTimeout(late);
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { url: await readyUrl(child), pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
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
