import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const MODULE = pathToFileURL(path.join(import.meta.dirname, 'standard-output.ts')).href;

/** A process that writes to its standard output as `does` says. */
function start(does: string): { process: ChildProcess; said: () => string } {
  const program = `import { gatheredOutput } from '${MODULE}'; const out = gatheredOutput(); ${does}`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { process: child, said: () => text };
}

describe('the standard output of a process that logs much', () => {
  it.each([
    ['is told to exit', 'process.exit(0);'],
    ['breaks', "throw new Error('broken');"],
    ['has nothing left to do', ''],
  ])('has every line when it %s', async (_when, ends) => {
    const child = start(`for (let line = 1; line <= 1000; line += 1) out.write('line ' + line + '\\n'); ${ends}`);
    await once(child.process, 'close');
    expect(child.said().split('\n')).toEqual([...Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`), '']);
  });

  it('has a single line while it goes on', async () => {
    const child = start(`out.write('alone\\n'); process.stdin.once('end', () => process.exit(0)).resume();`);
    await Promise.race([once(child.process.stdout!, 'data'), once(child.process, 'close')]);
    expect(child.process.exitCode).toBeNull();
    expect(child.said()).toBe('alone\n');
    child.process.stdin?.end();
    await once(child.process, 'close');
  });
});
