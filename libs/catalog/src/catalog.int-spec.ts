import { AuditService, type Actor } from '#audit';
import { TestDatabase } from '#database/testing';
import { ManualClock } from '#kernel';
import { CatalogService } from './catalog.service.ts';

const administrator: Actor = { kind: 'user', id: 'user_lin', name: 'Lin' };

describe('the catalog', () => {
  const now = new Date('2026-10-10T00:00:00Z');
  const catalog = new CatalogService(new AuditService(new ManualClock(now)));
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.transactions.run(async (tx) => {
      await catalog.addClass(tx, administrator, { code: 'h800', name: 'NVIDIA H800 80GB', nodeSelector: { gpu: 'h800' } });
      await catalog.addPrice(tx, administrator, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1250n });
    });
  });
  afterAll(async () => {
    await database.drop();
  });

  it('tells the price in force, and that there is none before the first', async () => {
    await database.transactions.run(async (tx) => {
      await catalog.announcePrice(tx, administrator, 'h800', { from: new Date('2026-11-01T00:00:00Z'), fenPerGpuHour: 1100n }, now);
      expect(await catalog.priceAt(tx, 'h800', new Date('2026-10-31T23:59:59Z'))).toBe(1250n);
      expect(await catalog.priceAt(tx, 'h800', new Date('2026-11-01T00:00:00Z'))).toBe(1100n);
      expect(await catalog.pricesAt(tx, now)).toEqual(new Map([['h800', 1250n]]));
      await expect(catalog.priceAt(tx, 'h800', new Date('2025-01-01T00:00:00Z'))).rejects.toThrow('catalog.no-price');
      await expect(catalog.priceAt(tx, 'b200', now)).rejects.toThrow('catalog.unknown-class');
    });
  });

  it('refuses a second price from the same instant and one that rewrites the past', async () => {
    const again = { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1n };
    await expect(database.transactions.run((tx) => catalog.addPrice(tx, administrator, 'h800', again))).rejects.toThrow(
      'catalog.price-exists',
    );
    const past = { from: new Date('2026-10-09T00:00:00Z'), fenPerGpuHour: 1n };
    await expect(database.transactions.run((tx) => catalog.announcePrice(tx, administrator, 'h800', past, now))).rejects.toThrow(
      'catalog.backdated-price',
    );
  });

  it('has a price book that nobody edits, not even its owner', async () => {
    await expect(database.dataSource.query('UPDATE gpu_price SET fen_per_gpu_hour = 1')).rejects.toThrow('permission denied');
    await expect(database.owner.query('UPDATE gpu_price SET fen_per_gpu_hour = 1')).rejects.toThrow('append-only');
    await expect(database.owner.query('DELETE FROM gpu_price')).rejects.toThrow('append-only');
  });

  it('changes a class for who read it last, and puts the change on the trail', async () => {
    const changed = await database.transactions.run((tx) =>
      catalog.changeClass(tx, administrator, 'h800', 1, { active: false, weight: 3 }),
    );
    expect(changed).toMatchObject({
      code: 'h800',
      active: false,
      weight: 3,
      name: 'NVIDIA H800 80GB',
      nodeSelector: { gpu: 'h800' },
      version: 2,
    });
    await expect(database.transactions.run((tx) => catalog.changeClass(tx, administrator, 'h800', 1, { weight: 5 }))).rejects.toThrow(
      'catalog.stale',
    );
    const trail = await database.owner.query<{ action: string; weight: string }[]>(
      `SELECT action, after->>'weight' AS weight FROM audit_event WHERE action = 'gpu-class.changed'`,
    );
    expect(trail).toEqual([{ action: 'gpu-class.changed', weight: '3' }]);
  });

  it('keeps the RuntimeClass and the tolerations of a class, and puts a change of them on the trail', async () => {
    const toleration = { key: 'dedicated', operator: 'Equal', value: 'training', effect: 'NoExecute', tolerationSeconds: 60 } as const;
    const { transactions, owner } = database;
    await transactions.run(async (tx) => {
      const { version } = await catalog.class(tx, 'h800');
      const change = { runtimeClassName: 'kata-gpu', tolerations: [toleration] };
      const changed = await catalog.changeClass(tx, administrator, 'h800', version, change);
      expect(await catalog.class(tx, 'h800')).toEqual(changed);
      expect(await catalog.classes(tx)).toEqual([changed]);
      expect(changed).toMatchObject(change);
      await catalog.changeClass(tx, administrator, 'h800', version + 1, { runtimeClassName: null, tolerations: [] });
      expect(await catalog.class(tx, 'h800')).toMatchObject({ runtimeClassName: null, tolerations: [] });
    });
    const trail = await owner.query<object[]>(
      `SELECT before->'tolerations' AS before, after->'tolerations' AS after, after->'runtimeClassName' AS "runtimeClass"
       FROM audit_event WHERE action = 'gpu-class.changed' ORDER BY (after->>'version')::int DESC LIMIT 2`,
    );
    expect(trail).toEqual([
      { before: [toleration], after: [], runtimeClass: null },
      { before: [], after: [toleration], runtimeClass: 'kata-gpu' },
    ]);
  });

  it('refuses in the database what the rules refuse', async () => {
    const update = (change: string) => database.owner.query(`UPDATE gpu_class SET ${change}`);
    await expect(update(`tolerations = '{}'`)).rejects.toThrow('gpu_class_tolerations_check');
    await expect(update(`tolerations = (SELECT jsonb_agg(n) FROM generate_series(1, 17) n)`)).rejects.toThrow(
      'gpu_class_tolerations_check',
    );
    await expect(update(`runtime_class_name = 'Kata'`)).rejects.toThrow('gpu_class_runtime_class_name_check');
  });

  it('knows a class once', async () => {
    await expect(database.transactions.run((tx) => catalog.addClass(tx, administrator, { code: 'h800' }))).rejects.toThrow(
      'catalog.class-exists',
    );
    expect((await catalog.classes(database.transactions.reader)).map(({ code }) => code)).toEqual(['h800']);
  });
});
