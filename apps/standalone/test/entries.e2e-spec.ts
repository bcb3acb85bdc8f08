import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runEntry, type Variables } from './processes.ts';

/** Those that an image starts too are among its tests. */
describe('the exit code of every entry', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-entries-'));
  }, 300_000);
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each<[what: string, entry: string, args: string[], variables: Variables, code: number, says: string]>([
    ['the controller without a cluster', 'controller/src/main.js', [], { DATABASE_URL: 'postgres://u@localhost/x' }, 1, 'KUBECONFIG'],
    ['standalone with an unusable port', 'standalone/src/main.js', [], { PORT: 'eighty' }, 1, 'PORT'],
    ['a benchmark that does not exist', 'lab/src/bench/main.js', ['nonsense'], {}, 2, 'usage'],
    ['a benchmark with an unknown flag', 'lab/src/bench/main.js', ['scheduling', '--nonsense'], {}, 2, '--nonsense'],
    ['a benchmark with an unusable number', 'lab/src/bench/main.js', ['scheduling', '--turns', 'no'], {}, 2, '--turns takes a number'],
    ['chaos runs with an unusable number', 'lab/src/chaos/main.js', ['--seeds', 'many'], {}, 2, 'usage'],
    ['a replay without a scenario', 'lab/src/replay.main.js', [], {}, 2, 'usage'],
    ['a replay of a file that is not there', 'lab/src/replay.main.js', ['nowhere.json'], {}, 2, 'nowhere.json'],
    ['the command line with an unknown command', 'cli/src/main.js', ['nonsense'], {}, 2, 'unknown command'],
    ['an unknown command of an administrator', 'api/src/admin.main.js', ['nonsense'], {}, 2, 'unknown command'],
  ])('%s', async (_what, entry, args, variables, code, says) => {
    const ended = await runEntry(entry, args, variables);
    expect(ended.output).toContain(says);
    expect(ended.code).toBe(code);
  });

  it('tells a statement that was changed by exit code 1', async () => {
    const file = path.join(folder, 'statement.json');
    await writeFile(file, JSON.stringify({ digest: 'f'.repeat(64), status: 'issued', document: { month: '2026-10' } }));
    const ended = await runEntry('cli/src/main.js', ['statement', 'verify', file]);
    expect(ended.output).toContain('is not as it was issued');
    expect(ended.code).toBe(1);
  });

  it('ends with 1 when the product fails after its embedded PostgreSQL has started', async () => {
    const variables = {
      DATA_DIRECTORY: path.join(folder, 'data'),
      KUBECONFIG: path.join(folder, 'nowhere.yaml'),
      PORT: '0',
      POSTGRES_PORT: '0',
    };
    const ended = await runEntry('standalone/src/main.js', [], variables);
    expect(ended.output).toContain('nowhere.yaml');
    expect(ended.code).toBe(1);
  });
});
