import { generateKeyPairSync } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { TestDatabase } from '#database/testing';
import { keyIdOf, ManualClock, publicKeyOf } from '#kernel';
import { SigningKeysService } from './signing-keys.service.ts';

describe('the signing keys of the park', () => {
  let database: TestDatabase;
  const clock = new ManualClock(new Date('2026-11-01T00:00:00Z'));
  const [first, second] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey];
  const idOf = (key: typeof first) => keyIdOf(publicKeyOf(key));

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    database = await TestDatabase.create();
  });
  afterEach(async () => {
    await database.drop();
  });

  const process = (signingKey?: typeof first) => new SigningKeysService({ name: '模速空间', signingKey }, database.transactions, clock);
  const current = (service: SigningKeysService) => database.transactions.run((tx) => service.current(tx));

  it('are published when a process starts with them, and stay published when another takes their place', async () => {
    await process(first).onApplicationBootstrap();
    await process(first).onApplicationBootstrap();
    clock.advance(86_400_000);
    const retiredAt = clock.now();
    await process(second).onApplicationBootstrap();
    expect(await process().list(database.transactions.reader)).toEqual([
      { keyId: idOf(second), publicKey: publicKeyOf(second).toString('base64'), validFrom: retiredAt, retiredAt: null },
      { keyId: idOf(first), publicKey: publicKeyOf(first).toString('base64'), validFrom: new Date('2026-11-01T00:00:00Z'), retiredAt },
    ]);
  });

  it('sign no more once they are retired, and the process with such a key starts all the same', async () => {
    const [old, young] = [process(first), process(second)];
    expect(await current(old)).toBe(first);
    await young.onApplicationBootstrap();
    await process(first).onApplicationBootstrap();
    await expect(current(old)).rejects.toMatchObject({ code: 'signing-key.retired' });
    expect(await current(young)).toBe(second);
    expect(await current(process())).toBeUndefined();
  });

  it('are neither changed nor removed by the application', async () => {
    await process(first).onApplicationBootstrap();
    for (const sql of [`DELETE FROM signing_key`, `UPDATE signing_key SET public_key = ''`]) {
      await expect(database.dataSource.query(sql)).rejects.toThrow(/permission denied/);
    }
  });
});
