import { createHash } from 'node:crypto';
import { TestDatabase } from '#database/testing';
import { ManualClock } from '#kernel';
import { AuditService } from './audit.service.ts';
import { AuditTrailService } from './audit-trail.service.ts';
import { systemActor } from './domain/actor.ts';

describe('the audit trail', () => {
  let database: TestDatabase;
  const audit = new AuditService(new ManualClock(new Date('2026-10-01T08:00:00.123Z')));
  const trail = new AuditTrailService();
  beforeEach(async () => {
    database = await TestDatabase.create();
  });
  afterEach(async () => {
    await database.drop();
  });

  const record = (objectId: string, more: object = {}) =>
    database.transactions.run((tx) =>
      audit.record(tx, { actor: systemActor('test'), action: 'thing.done', objectType: 'thing', objectId, ...more }),
    );
  const verify = () => database.transactions.run((tx) => trail.verify(tx));
  /** Does what nobody may, as somebody with the owner's rights and bad intentions would. */
  const tamper = async (sql: string): Promise<void> => {
    await database.owner.query(`SET session_replication_role = replica`);
    await database.owner.query(sql);
    await database.owner.query(`SET session_replication_role = origin`);
  };

  it('links every event to the one before, also when many are written at once, and forgets what was rolled back', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => record(`thing_${n}`, { after: { amountFen: 12_345_678_901n, note: '补贴 "a"' } })),
    );
    const rolledBack = database.transactions.run(async (tx) => {
      await audit.record(tx, { actor: systemActor('test'), action: 'thing.done', objectType: 'thing', objectId: 'never' });
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await verify()).toMatchObject({ events: 40n, intact: true, faults: [] });
    const records = await database.transactions.run((tx) => trail.list(tx, { limit: 100 }));
    expect(records.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    expect(records[0]).toMatchObject({ after: { amountFen: '12345678901', note: '补贴 "a"' }, actor: { id: 'test' } });
  });

  it('lists from the first event or from the latest, page by page', async () => {
    for (const object of ['a', 'b', 'c']) await record(object);
    const objects = async (filter: Parameters<typeof trail.list>[1]): Promise<string[]> =>
      (await database.transactions.run((tx) => trail.list(tx, filter))).map(({ objectId }) => objectId);
    expect(await objects({ limit: 2 })).toEqual(['a', 'b']);
    expect(await objects({ limit: 2, after: 2n })).toEqual(['c']);
    expect(await objects({ limit: 2, order: 'latest' })).toEqual(['c', 'b']);
    expect(await objects({ limit: 2, order: 'latest', after: 2n })).toEqual(['a']);
  });

  it('can be verified outside, from what is exported', async () => {
    await record('a');
    await record('b', { reason: '到期' });
    let previous = createHash('sha256').update('speedspace audit trail').digest('hex');
    for await (const { payload, previousHash, hash } of trail.all(database.transactions.reader, {})) {
      expect(previousHash).toBe(previous);
      previous = createHash('sha256').update(Buffer.from(previousHash, 'hex')).update(payload).digest('hex');
      expect(hash).toBe(previous);
    }
    expect((await verify()).head).toBe(previous);
  });

  it('takes no change from the application, nor from the owner by plain SQL', async () => {
    await record('a');
    for (const source of [database.dataSource, database.owner]) {
      for (const sql of [`UPDATE audit_event SET reason = 'x'`, `DELETE FROM audit_event`, `DELETE FROM audit_chain`]) {
        await expect(source.query(sql)).rejects.toThrow(/permission denied|append-only/);
      }
    }
    await expect(database.dataSource.query(`INSERT INTO audit_chain VALUES (9, 'x', '', '')`)).rejects.toThrow(/permission denied/);
    await expect(database.owner.query(`TRUNCATE audit_event CASCADE`)).rejects.toThrow(/append-only/);
  });

  it.each([
    ['a changed event', `UPDATE audit_event SET reason = 'never mind' WHERE object_id = 'b'`, [2n, 'event changed']],
    ['a removed event', `DELETE FROM audit_event WHERE object_id = 'b'`, [2n, 'event removed']],
    ['a removed link', `DELETE FROM audit_chain WHERE seq = 2`, [3n, 'link removed before it']],
    ['a removed end', `DELETE FROM audit_chain WHERE seq = 3`, [3n, 'end of the chain removed']],
    [
      'an event slipped in',
      `INSERT INTO audit_event (id, at, actor_kind, actor_id, actor_name, action, object_type, object_id) VALUES ('x', now(), 'user', 'x', 'x', 'x', 'x', 'x')`,
      [null, 'event without a link'],
    ],
    ['a recomputed link', `UPDATE audit_chain SET hash = sha256('else') WHERE seq = 2`, [2n, 'event changed']],
  ])('shows %s', async (_, sql, [seq, fault]) => {
    for (const id of ['a', 'b', 'c']) await record(id);
    await tamper(sql);
    const found = await verify();
    expect(found.intact).toBe(false);
    expect(found.faults).toContainEqual(expect.objectContaining({ seq, fault }));
  });
});
