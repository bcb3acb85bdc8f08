import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations/index.ts';
import { eventually } from '#kernel/testing';
import { connectionOptions, databaseSettings } from './database-settings.ts';
import { migrate } from './migrate.ts';
import { TestDatabase } from './testing/index.ts';

class Expanding1899999999996 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE expanded (what text)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('not in this test'));
  }
}

class Contracting1899999999997 extends Expanding1899999999996 {
  static readonly takesAway = 'the table expanded';

  override async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE expanded');
  }
}

describe('a migration beside processes of the release before', () => {
  let database: TestDatabase;
  let process: DataSource;
  const find = () => database.owner.query<{ found: boolean }[]>(`SELECT to_regclass('public.expanded') IS NOT NULL AS found`);

  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.dataSource.destroy();
    process = await new DataSource(connectionOptions(databaseSettings(database.url))).initialize();
    await process.query('SELECT 1');
  });
  afterAll(async () => {
    await database.dataSource.initialize();
    await database.drop();
  });

  it('runs while they work, where it takes nothing away', async () => {
    expect(await migrate(database.ownerUrl, [...migrations, Expanding1899999999996])).toEqual(['Expanding1899999999996']);
    expect(await find()).toEqual([{ found: true }]);
  });

  it('does not run while they are connected, where it takes away what they need, and says so', async () => {
    const all = [...migrations, Expanding1899999999996, Contracting1899999999997];
    await expect(migrate(database.ownerUrl, all)).rejects.toMatchObject({
      code: 'database.in-use',
      detail: expect.stringMatching(
        /^API or controller have 1 connections .* takes away what their release needs: the table expanded\.$/,
      ) as string,
      remedy: expect.stringContaining('Stop them all') as string,
    });
    expect(await find()).toEqual([{ found: true }]);
    await process.destroy();
    await eventually(
      'the end of its connection',
      () =>
        database.owner.query<unknown[]>(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'speedspace'`,
        ),
      (seen) => seen.length === 0,
    );
    expect(await migrate(database.ownerUrl, all)).toEqual(['Contracting1899999999997']);
    expect(await find()).toEqual([{ found: false }]);
  });
});
