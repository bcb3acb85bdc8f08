import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { connectionOptions, databaseSettings } from './database-settings.ts';
import { migrate } from './migrate.ts';
import { TestDatabase } from './testing/index.ts';
import { Transactions } from './transactions.ts';

class Waiting1899999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE leadership ALTER COLUMN since SET DEFAULT now()');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('not in this test'));
  }
}

class Broken1899999999998 extends Waiting1899999999999 {
  override async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE nowhere');
  }
}

describe('what hangs in the database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  it('is ended by the statement timeout, and the connection serves again', async () => {
    const dataSource = await new DataSource(connectionOptions(databaseSettings(database.url, 1, 100))).initialize();
    const transactions = new Transactions(dataSource);
    await expect(transactions.run((tx) => tx.query('SELECT pg_sleep(60)'))).rejects.toMatchObject({
      code: 'database.statement-timeout',
      kind: 'unavailable',
    });
    expect(await transactions.run((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    await dataSource.destroy();
  });

  it('does not let a migration wait for its lock: it gives way, and is tried again until it gets it', async () => {
    const holder = database.owner.createQueryRunner();
    await holder.startTransaction();
    await holder.query('LOCK TABLE leadership IN ACCESS SHARE MODE');
    const timeouts = { lockTimeoutMs: 50, attempts: 3, pauseMs: 10 };
    await expect(migrate(database.ownerUrl, [Waiting1899999999999], timeouts)).rejects.toMatchObject({
      code: 'database.locked',
      detail: expect.stringMatching(/^Migration "Waiting1899999999999" waited 3 times/) as string,
    });
    const migrated = migrate(database.ownerUrl, [Waiting1899999999999], { ...timeouts, attempts: 1_000 });
    await holder.commitTransaction();
    await holder.release();
    expect(await migrated).toEqual(['Waiting1899999999999']);
  });

  it('names the migration that failed', async () => {
    await expect(migrate(database.ownerUrl, [Broken1899999999998])).rejects.toThrow(
      'Migration "Broken1899999999998" failed: table "nowhere" does not exist',
    );
  });
});
