import { createHmac, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { scramVerifier } from '../application-login.ts';
import type { PostgresUser } from './postgres-user.ts';
import { runProgram } from './server-process.ts';

/** Owns the schema of every database of the server. */
export const SUPERUSER = 'speedspace';

/**
 * The superuser's password of a data directory, kept in it in a file that its owner alone may read. A directory that has none, because it
 * is new or from before each had its own, is given one while no server runs on it.
 */
export async function superuserPassword(postgres: string, data: string, user: PostgresUser | undefined): Promise<string> {
  const file = path.join(data, 'speedspace-superuser-password');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const password = randomBytes(24).toString('base64url');
  const statement = `ALTER ROLE ${SUPERUSER} PASSWORD '${scramVerifier(password)}';\n`;
  await runProgram(postgres, ['--single', '-D', data, 'postgres'], user, statement);
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

/** The password of the processes' login: the same at every start on the same data. */
export function servicePassword(ofSuperuser: string): string {
  return createHmac('sha256', ofSuperuser).update('speedspace service login').digest('base64url');
}
