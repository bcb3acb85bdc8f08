import pg from 'pg';

/** A connection of the campaign's own, which the faults spare. When it is lost all the same, its next query says so. */
export async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'campaign' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
