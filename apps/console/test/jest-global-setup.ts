import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from '../../standalone/test/processes.ts';
import { startConsoleStack } from './console-stack.ts';
import { START_FILE, type Start } from './console-start.ts';

/**
 * Begins one product for all tests of the console: compiled, with the data of the demo. Tests are about people and objects of their own. It
 * takes half a minute, in which other tests run: those of the console wait for the file that names it.
 */
export default async function setUp(): Promise<void> {
  await build();
  const directory = await mkdtemp(path.join(tmpdir(), 'speedspace-console-'));
  const file = path.join(directory, 'start.json');
  process.env[START_FILE] = file;
  const tell = async (start: Start): Promise<void> => {
    await writeFile(`${file}.new`, JSON.stringify(start));
    await rename(`${file}.new`, file);
  };
  const starting = start().then(
    async (stack) => {
      await tell({ url: stack.url });
      return stack;
    },
    async (error: unknown) => await tell({ failure: String(error) }),
  );
  globalThis.stopConsoleStack = async () => {
    await (await starting)?.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function start(): ReturnType<typeof startConsoleStack> {
  // In a process of its own, since the present one leads the tests.
  await promisify(execFile)(process.execPath, ['apps/console/build.ts']);
  return await startConsoleStack({ DEMO_JOBS: '12' });
}

declare global {
  // A global of the process, which Jest's teardown shares with its setup.
  var stopConsoleStack: (() => Promise<void>) | undefined;
}
