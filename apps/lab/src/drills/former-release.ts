import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LONG_OUTPUT = { maxBuffer: 64 * 1_024 * 1_024 };

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
