import { build } from '../../standalone/test/processes.ts';
import { buildConsole } from '../build.ts';
import { startConsoleStack } from './console-stack.ts';

/** One product for all tests of the console: compiled, with the data of the demo. Tests are about people and objects of their own. */
export default async function setUp(): Promise<void> {
  await build();
  await buildConsole();
  const stack = await startConsoleStack({ DEMO_JOBS: '12' });
  process.env.CONSOLE_URL = stack.url;
  globalThis.stopConsoleStack = async () => await stack.stop();
}

declare global {
  // A global of the process, which Jest's teardown shares with its setup.
  var stopConsoleStack: (() => Promise<void>) | undefined;
}
