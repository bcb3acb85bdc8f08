import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { WalletsService } from '#funding';
import { BusinessCalendar, keyIdOf, ManualClock, publicKeyOf, toDate } from '#kernel';
import { ApiTestEnvironment, PASSWORD } from '../../api/test/api-test-environment.ts';
import { run } from './scripted-environment.ts';

const MONTH = '2026-10';

describe('a month that two people close with mss, and the keys that sign it', () => {
  const calendar = new BusinessCalendar();
  const keys = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey] as const;
  const [keyId, nextKeyId] = keys.map((key) => keyIdOf(publicKeyOf(key)));
  let environment: ApiTestEnvironment;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mss-month-'));
    const clock = new ManualClock(toDate(calendar.endOf(MONTH) + 3_600));
    environment = await ApiTestEnvironment.start({ SIGNING_KEY_FILE: await keyFile(keys[0], 'first.pem') }, clock);
    const company = await environment.company();
    const wallets = environment.app.get(WalletsService, { strict: false });
    const topUp = { tenantId: company.id, amount: 500n, reference: 'first', key: 'first' };
    await environment.database.transactions.run((tx) => wallets.topUp(tx, systemActor('test'), topUp, calendar.startOf(MONTH)));
    const people = {
      qian: (await environment.person('finance')).email,
      sun: (await environment.person('finance')).email,
      owner: (await environment.person('owner', company)).email,
    };
    for (const [home, email] of Object.entries(people)) {
      const signingIn = ['login', '--server', environment.url, '--email', email, '--password-stdin'];
      expect(await run(path.join(folder, home), signingIn, `${PASSWORD}\n`)).toMatchObject({ code: 0 });
    }
  });
  afterAll(async () => {
    await environment.stop();
    await rm(folder, { recursive: true });
  });

  async function keyFile(key: KeyObject, name: string): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    return file;
  }
  const mss = (person: 'qian' | 'sun' | 'owner', ...words: readonly string[]) => run(path.join(folder, person), words);
  const json = <T>(text: string): T => JSON.parse(text) as T;

  it('is confirmed when somebody has requested it only, and by somebody else', async () => {
    const early = await mss('sun', 'month', 'confirm', MONTH);
    expect([early.code, early.out]).toEqual([1, '']);
    expect(early.err).toBe(`mss: Nobody has requested the closing of ${MONTH}.\n  → Request it with mss month close ${MONTH}.\n`);
    expect(await mss('owner', 'month', 'confirm', MONTH)).toMatchObject({ code: 3, out: '' });
    expect(await mss('sun', 'month', 'record', MONTH)).toMatchObject({ code: 4, err: expect.stringContaining(MONTH) as string });

    const requested = await mss('qian', 'month', 'close', MONTH);
    expect([requested.code, requested.err]).toEqual([0, expect.stringContaining('This waits for a second person: 2026-10 is closed.')]);
    const own = await mss('qian', 'month', 'confirm', MONTH);
    expect([own.code, own.out]).toEqual([3, '']);
    expect(own.err).toContain('→');
    expect((await mss('sun', 'month', 'check', MONTH, '-o', 'json')).out).toContain('"ready": true');

    const confirmed = await mss('sun', 'month', 'confirm', MONTH, '--comment', '已核对', '-o', 'json');
    expect([confirmed.code, confirmed.err]).toEqual([0, '']);
    const { record, signature } = json<{ record: { requestedBy: { id: string }; closedBy: { id: string } }; signature: { keyId: string } }>(
      confirmed.out,
    );
    expect(record).toMatchObject({ month: MONTH, statements: [{}], settlements: [], previous: null });
    expect(record.closedBy.id).not.toBe(record.requestedBy.id);
    expect(signature.keyId).toBe(keyId);
    const [decision] = json<object[]>((await mss('sun', 'decision', 'ls', '-o', 'json')).out);
    expect(decision).toMatchObject({ kind: 'month-closing', state: 'confirmed', comment: '已核对' });

    const shown = await mss('qian', 'month', 'record', MONTH);
    expect(shown.out).toMatch(new RegExp(`^signed with +${keyId ?? ''}$`, 'm'));
    const again = await mss('sun', 'month', 'confirm', MONTH);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('Nobody has requested')]);
  });

  it('is verified offline with the keys that were saved, also when the park has a new one', async () => {
    const file = path.join(folder, 'keys.json');
    const saved = await mss('owner', 'key', 'save', '--file', file);
    expect([saved.code, saved.out]).toEqual([0, expect.stringContaining(keyId ?? '')]);
    const statement = path.join(folder, 'october.json');
    expect(await mss('owner', 'statement', 'get', MONTH, '-o', 'json', '--file', statement)).toMatchObject({ code: 0 });
    const verified = await mss('owner', 'statement', 'verify', statement, '--keys', file);
    expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(new RegExp(`signed by +${keyId ?? ''}`))]);

    // The park starts its processes with a new key, which retires the first one.
    const renewed = await environment.beside({ SIGNING_KEY_FILE: await keyFile(keys[1], 'second.pem') });
    await renewed.app.close();
    const listed = await mss('owner', 'key', 'ls', '-o', 'json');
    const published = json<{ keyId: string; algorithm: string; retiredAt: string | null }[]>(listed.out);
    expect(published.map((key) => [key.keyId, key.algorithm, key.retiredAt === null])).toEqual([
      [nextKeyId, 'Ed25519', true],
      [keyId, 'Ed25519', false],
    ]);
    const rows = (await mss('owner', 'key', 'ls')).out.trim().split('\n');
    expect(rows[0]).toMatch(/^KEY ID +ALGORITHM +VALID FROM +RETIRED$/);
    expect(rows.slice(1).map((row) => row.split(/\s+/).length)).toEqual([3, 4]);
    await mss('owner', 'key', 'save', '--file', file);
    expect(json<{ keys: object[] }>(await readFile(file, 'utf8')).keys).toHaveLength(2);
    expect(await mss('owner', 'statement', 'verify', statement, '--keys', file)).toMatchObject({ code: 0 });
    // Of the new key alone, the statement is not.
    const pinned = await mss('owner', 'statement', 'verify', statement, '--keys', file, '--key-id', nextKeyId ?? '');
    expect([pinned.code, pinned.err]).toEqual([1, expect.stringContaining('is not as it was issued')]);
    expect(pinned.out).toContain('is no key that you trust');
  });

  it('has keys that a file which is no list of keys does not replace', async () => {
    const noKeys = path.join(folder, 'no-keys.json');
    await writeFile(noKeys, '{"keys":[]}');
    const refused = await mss('owner', 'statement', 'verify', path.join(folder, 'october.json'), '--keys', noKeys);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('has no public key.\n  → Save the keys of the park')]);
    const nowhere = await mss('owner', 'key', 'save', '--file', path.join(folder, 'absent', 'keys.json'));
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('keys.json')]);
    expect(await mss('owner', 'key', 'save')).toMatchObject({ code: 2, err: expect.stringContaining('--file') as string });
  });
});
