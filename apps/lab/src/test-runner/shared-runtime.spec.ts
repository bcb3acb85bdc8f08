import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
/** A module that counts who uses it, and test files that fail with what they found. */
const FILES = {
  'users.ts': `export class Users { static count = 0; }`,
  ...Object.fromEntries(
    ['one', 'two'].map((name) => [
      `${name}.spec.ts`,
      `import { Users } from './users.ts';

interface Found {
  readonly users: number;
  readonly left: string | undefined;
}

it('finds', () => {
  const found: Found = { users: (Users.count += 1), left: process.env.LEFT_BY_A_TEST };
  process.env.LEFT_BY_A_TEST = '${name}';
  throw new Error(\`found \${JSON.stringify(found)}\`);
});`,
    ]),
  ),
};

describe('test files of one worker', () => {
  it('share modules, begin with the same environment, and fail at the lines of their sources', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'shared-runtime-'));
    try {
      for (const [name, source] of Object.entries(FILES)) await writeFile(path.join(folder, name), source);
      const config = {
        ...{ rootDir: folder, testMatch: ['**/*.spec.ts'], testPathIgnorePatterns: [], extensionsToTreatAsEsm: ['.ts'] },
        ...{
          runtime: path.join(import.meta.dirname, 'shared-runtime.ts'),
          transform: { '\\.ts$': fileURLToPath(import.meta.resolve('@swc/jest')) },
        },
      };
      const words = ['node_modules/jest/bin/jest.js', '--runInBand', '--config', JSON.stringify(config)];
      const { stderr } = await promisify(execFile)(process.execPath, words, { cwd: ROOT }).catch(
        (error: unknown) => error as { stderr: string },
      );
      expect([...stderr.matchAll(/found (\{.*\})$/gm)].map(([, found = '']) => JSON.parse(found) as unknown)).toEqual([
        { users: 1 },
        { users: 2 },
      ]);
      expect(stderr).toMatch(/one\.spec\.ts:11:9\)/);
      expect(stderr).toMatch(/two\.spec\.ts:11:9\)/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
