import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { migrations } from '../../../migrations/index.ts';
import { requireReadyDatabase } from './readiness.ts';
import { TestDatabase } from './testing/test-database.ts';

/** First byte of the message that carries a simple query. */
const QUERY = 'Q'.charCodeAt(0);

type Fault = 'before the greeting' | 'at the first query';

/** Stands before PostgreSQL, and closes one connection for each of `faults`; the connections after those reach it. */
async function unsteadyServer(
  url: string,
  faults: readonly Fault[],
): Promise<{ url: string; connections: () => number; close: () => void }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = net.createServer((client) => {
    const fault = faults[connections];
    connections += 1;
    sockets.add(client.on('error', () => client.destroy()));
    if (fault === 'before the greeting') {
      client.destroy();
      return;
    }
    const upstream = net.connect(Number(port), hostname);
    sockets.add(upstream.on('error', () => client.destroy()));
    upstream.on('close', () => client.destroy()).pipe(client);
    client.on('close', () => upstream.destroy());
    client.on('data', (data) => {
      if (fault === 'at the first query' && data[0] === QUERY) client.destroy();
      else upstream.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String((server.address() as net.AddressInfo).port);
  return {
    url: own.href,
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('a process that starts while its database restarts', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(() => database.drop());

  it.each<[Fault]>([['before the greeting'], ['at the first query']])(
    'asks again where the server closes the connection %s',
    async (fault) => {
      const server = await unsteadyServer(database.url, [fault]);
      try {
        await requireReadyDatabase(server.url, migrations);
        expect(server.connections()).toBe(2);
      } finally {
        server.close();
      }
    },
  );

  it('does not ask again where the database refuses the login', async () => {
    const url = new URL(database.url);
    url.password = 'wrong';
    const server = await unsteadyServer(url.href, []);
    try {
      await expect(requireReadyDatabase(server.url, migrations)).rejects.toThrow(/takes no connection of .*password/);
      expect(server.connections()).toBe(1);
    } finally {
      server.close();
    }
  });
});
