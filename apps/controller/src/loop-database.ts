import { type DatabaseSettings, databaseSettings } from '#database';

const CONNECTIONS = 10;
/** Less than the time after which a turn counts as hung, so that a statement that hangs fails its turn and the same leader repeats it. */
const STATEMENT_TIMEOUT_MS = 240_000;

/** How the loops use the database at `url`. */
export function loopDatabase(url: string): DatabaseSettings {
  return databaseSettings(url, CONNECTIONS, STATEMENT_TIMEOUT_MS);
}
