import pRetry from 'p-retry';
import pg from 'pg';

/** A server that is just restarted is tried for five seconds. */
const WAITING = { retries: 100, minTimeout: 50, factor: 1 };

/**
 * A connection of the chaos run's own, which the faults spare; a server that is just restarted is waited for. When it is lost all the
 * same, its next query says so.
 */
export async function openClient(url: string): Promise<pg.Client> {
  return await pRetry(async () => {
    const client = new pg.Client({ connectionString: url, application_name: 'chaos' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }, WAITING);
}
