import { DatabaseNotReady } from './database-not-ready.ts';

/** Major version of the oldest PostgreSQL that the product works on: its SQL needs views `WITH (security_invoker)`. */
const OLDEST_MAJOR_VERSION = 15;

/** The server's version as a number, such as 180004 for 18.4. */
export const SERVER_VERSION = `current_setting('server_version_num')::integer`;

/**
 * @param versionNumber what `SERVER_VERSION` gives
 * @throws DatabaseNotReady where the product does not work on such a server
 */
export function requireSupportedServer(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= OLDEST_MAJOR_VERSION) return;
  throw new DatabaseNotReady(
    `The database server is PostgreSQL ${major}, and Speedspace needs PostgreSQL ${OLDEST_MAJOR_VERSION} or later: upgrade the server (pg_upgrade), or name a newer one.`,
  );
}
