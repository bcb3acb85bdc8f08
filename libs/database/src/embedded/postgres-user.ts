import { spawnSync } from 'node:child_process';

const USER = 'postgres';

/** The operating system's user that PostgreSQL runs as, where it must be another than ours: PostgreSQL refuses to run as root. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined where we are not root. Makes the user where there is none. @throws Error when it cannot be made */
export function postgresUser(): PostgresUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = lookUp();
  if (found !== undefined) return found;
  spawnSync('groupadd', ['--system', USER]);
  spawnSync('useradd', ['--system', '--gid', USER, '--no-create-home', USER]);
  const made = lookUp();
  if (made !== undefined) return made;
  throw new Error(`PostgreSQL does not run as root, and the user ${USER} cannot be made: make it, or set DATABASE_URL.`);
}

/** Whether `user` gets into the folder `directory`: every folder above it must let them pass. */
export function reaches(user: PostgresUser | undefined, directory: string): boolean {
  if (user === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...user, cwd: '/' }).status === 0;
}

function lookUp(): PostgresUser | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, USER], { encoding: 'utf8' }).stdout || Number.NaN));
  if (uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid)) return undefined;
  return { uid, gid };
}
