import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const run = promisify(execFile);
const MIGRATION_NAME = /[A-Za-z]+1764\d{9}/g;
const LONG_OUTPUT = { maxBuffer: 64 * 1_024 * 1_024 };

/**
 * The newest commit with exactly the migrations of the previous release, whose schema and rows `migrations/previous-release.sql.gz` has.
 * @throws Error where the history of this checkout does not reach back to it
 */
export async function previousRelease(checkout: string): Promise<string> {
  const dump = gunzipSync(await readFile(path.join(checkout, 'migrations/previous-release.sql.gz'))).toString('utf8');
  const released = migrationsIn(dump);
  const { stdout: log } = await run('git', ['log', '--format=%H', '--', 'migrations/index.ts'], { cwd: checkout });
  for (const commit of log.split('\n').filter((line) => line !== '')) {
    const { stdout: index } = await run('git', ['show', `${commit}:migrations/index.ts`], { cwd: checkout, ...LONG_OUTPUT });
    if (migrationsIn(index) === released) return commit;
  }
  throw new Error('No commit of this checkout has the migrations of the previous release: fetch its history, or name a commit by --from.');
}

function migrationsIn(text: string): string {
  return [...new Set(text.match(MIGRATION_NAME))].sort().join(' ');
}

/** A commit of the product, compiled in a folder of its own. */
export interface Build {
  readonly folder: string;
  /** First digits of the commit, and its subject. */
  readonly title: string;
  remove(): Promise<void>;
}

/** Checks a commit out into `folder`, with its own packages where they are others than ours, and compiles it. */
export async function buildCommit(checkout: string, commit: string, folder: string): Promise<Build> {
  const inFolder = { cwd: folder, ...LONG_OUTPUT };
  await run('git', ['worktree', 'add', '--detach', folder, commit], { cwd: checkout });
  const [ours, theirs] = await Promise.all([checkout, folder].map((of) => readFile(path.join(of, 'package-lock.json'), 'utf8')));
  if (ours === theirs) await symlink(path.join(checkout, 'node_modules'), path.join(folder, 'node_modules'));
  else await run('npm', ['ci', '--no-audit', '--no-fund'], inFolder);
  await run('npm', ['run', '--silent', 'build'], inFolder);
  const { stdout: title } = await run('git', ['log', '-1', '--format=%h %s'], inFolder);
  return {
    folder,
    title: title.trim(),
    remove: async () => {
      await run('git', ['worktree', 'remove', '--force', folder], { cwd: checkout });
    },
  };
}
