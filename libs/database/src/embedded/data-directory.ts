import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readlink, statfs, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PostgresUser, reaches } from './postgres-user.ts';

/** Where root's databases are when they cannot be where they were asked for; survives a restart of the machine. */
const OPEN_FOLDER = '/var/lib/speedspace';

/** Where Linux keeps files in memory. A container often has 64 MiB there, which is too little for a database. */
const MEMORY_FOLDER = '/dev/shm';
const LEAST_MEMORY_BYTES = 2 * 2 ** 30;

/**
 * Makes the folder of a database at `directory` for `user`. Where `user` does not get there, because a folder above is closed, the data
 * are in a folder of `/var/lib/speedspace` and `directory` is a link to it.
 * @returns where the data are
 * @throws Error that says in a sentence what to do
 */
export async function dataDirectory(directory: string, user: PostgresUser | undefined): Promise<string> {
  const asked = path.resolve(directory);
  await mkdir(path.dirname(asked), { recursive: true });
  const linked = await readlink(asked).catch(() => undefined);
  if (linked !== undefined) return await made(path.resolve(path.dirname(asked), linked), user);
  if (reaches(user, path.dirname(asked))) return await made(asked, user);
  if (existsSync(asked)) {
    throw new Error(
      `The user postgres does not get to the data in ${asked}: open the folders above it (chmod o+x), or choose another DATA_DIRECTORY.`,
    );
  }
  await mkdir(OPEN_FOLDER, { recursive: true, mode: 0o755 });
  // A new one each time: who removes the link begins afresh, as who removes a folder does.
  const elsewhere = await made(await mkdtemp(path.join(OPEN_FOLDER, `${path.basename(asked)}-`)), user);
  if (!reaches(user, elsewhere)) {
    throw new Error(
      `The user postgres reaches neither ${asked} nor ${OPEN_FOLDER}: choose a DATA_DIRECTORY that is open to it, or set DATABASE_URL.`,
    );
  }
  await symlink(elsewhere, asked);
  return elsewhere;
}

/** A new folder on disk, open to `user`, for data that nobody needs after the run. */
export async function temporaryDirectory(user: PostgresUser | undefined): Promise<string> {
  return await temporaryIn([tmpdir(), '/var/tmp'], user);
}

/** A new folder in memory, open to `user`; on disk where the machine offers less than 2 GiB of memory for files. */
export async function memoryDirectory(user: PostgresUser | undefined): Promise<string> {
  const { bavail, bsize } = await statfs(MEMORY_FOLDER).catch(() => ({ bavail: 0, bsize: 0 }));
  const inMemory = bavail * bsize >= LEAST_MEMORY_BYTES ? [MEMORY_FOLDER] : [];
  return await temporaryIn([...inMemory, tmpdir(), '/var/tmp'], user);
}

async function temporaryIn(folders: readonly string[], user: PostgresUser | undefined): Promise<string> {
  const open = folders.find((folder) => reaches(user, folder)) ?? tmpdir();
  const directory = await mkdtemp(path.join(open, 'speedspace-postgres-data-'));
  await chmod(directory, 0o755);
  return directory;
}

async function made(directory: string, user: PostgresUser | undefined): Promise<string> {
  await mkdir(directory, { recursive: true });
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  await chmod(directory, 0o700);
  return directory;
}
