import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { eventually } from '#kernel/testing';
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
    await eventually(
      'a signal after the connection came back',
      () => woken,
      (seen) => seen > 0,
    );
    const afterConnecting = woken;
    await database.transactions.run((tx) => notify(tx, 'jobs'));
    await eventually(
      'the signal of a commit',
      () => woken,
      (seen) => seen > afterConnecting,
    );
    expect(await connections()).toBe(1);
    await signals.onApplicationShutdown();
    await eventually('the end of the connection', connections, (seen) => seen === 0);
  });
});
