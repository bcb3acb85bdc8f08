import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { connectionOptions, databaseSettings } from './database-settings.ts';
import { notify, Signals } from './signals.ts';
import { DatabaseProxy, TestDatabase } from './testing/index.ts';

describe('signals', () => {
  let database: TestDatabase;
  let proxy: DatabaseProxy;
  beforeAll(async () => {
    database = await TestDatabase.create();
    proxy = await DatabaseProxy.start(database.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await database.drop();
  });

  it('come again after refused connections, each once, over one connection that ends with the process', async () => {
    const signals = new Signals(new DataSource(connectionOptions(databaseSettings(proxy.url))));
    const connections = async (): Promise<number> => {
      const rows = await database.owner.query<unknown[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'speedspace-signals'`,
      );
      return rows.length;
    };
    let woken = 0;
    proxy.refuse();
    signals.listen('jobs', () => (woken += 1));
    await sleep(2_500); // two refused connections, a second apart
    proxy.accept();
    while (woken === 0) await sleep(20);
    const afterConnecting = woken;
    await database.transactions.run((tx) => notify(tx, 'jobs'));
    while (woken === afterConnecting) await sleep(20);
    expect(await connections()).toBe(1);
    await signals.onApplicationShutdown();
    while ((await connections()) > 0) await sleep(20);
  });
});
