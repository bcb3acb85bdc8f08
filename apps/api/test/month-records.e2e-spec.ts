import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { WalletsService } from '#funding';
import { BusinessCalendar, digestOf, instantOf, keyIdOf, signatureFault } from '#kernel';
import { MonthClosingService, type SignedMonthRecord, type SignedProof, Verifier } from '#statements';
import { bytesOf as archiveOf, readArchive } from '../../cli/src/zip-file.ts';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

describe('the record of a closed month over HTTP', () => {
  let environment: ApiTestEnvironment;
  let folder: string;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keyId = keyIdOf(publicKey.export({ type: 'spki', format: 'der' }));
  const calendar = new BusinessCalendar();
  const month = calendar.previous(calendar.monthOf(instantOf(new Date())));

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-keys-'));
    const file = path.join(folder, 'signing-key.pem');
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    environment = await ApiTestEnvironment.start({ SIGNING_KEY_FILE: file, PARK_NAME: '模速空间' });
  });
  afterAll(async () => {
    await environment.stop();
    await rm(folder, { recursive: true });
  });

  it('publishes the key of the park to everybody, before it signs anything', async () => {
    const answer = await environment.call('GET', '/keys');
    expect(answer.status).toBe(200);
    const [published] = (answer.body as { keys: { keyId: string; publicKey: string; retiredAt: string | null }[] }).keys;
    expect(published).toMatchObject({ keyId, algorithm: 'Ed25519', retiredAt: null });
    const read = createPublicKey({ key: Buffer.from(published?.publicKey ?? '', 'base64'), type: 'spki', format: 'der' });
    expect(read.equals(publicKey)).toBe(true);
  });

  it('has the digests of all documents, the head of the trail and a signature; a company reads the proof of its own statement (T3)', async () => {
    const company = await environment.company();
    const [finance, owner] = [await environment.person('finance'), await environment.person('owner', company)];
    await environment.database.transactions.run(async (tx) => {
      const wallets = environment.app.get(WalletsService, { strict: false });
      await wallets.open(tx, [company.id]);
      const topUp = { tenantId: company.id, amount: 500n, reference: 'first', key: 'first' };
      await wallets.topUp(tx, systemActor('test'), topUp, calendar.startOf(month));
    });
    expect((await finance.call('GET', `/months/${month}/record`)).body).toMatchObject({ status: 404, code: 'month.open' });
    const closing = environment.app.get(MonthClosingService, { strict: false });
    await environment.database.transactions.run((tx) => closing.close(tx, systemActor('test'), month));

    const signed = (await finance.call('GET', `/months/${month}/record`)).body as SignedMonthRecord;
    const statement = (await owner.call('GET', `/companies/${company.id}/statements/${month}`)).body as {
      digest: string;
      proof: SignedProof;
    };
    expect(signed.record).toMatchObject({
      ...{ park: '模速空间', month, closedBy: { id: 'test', name: 'test' }, requestedBy: null, previous: null },
      statements: [{ tenantId: company.id, digest: statement.digest }],
    });
    expect(digestOf(signed.record)).toBe(signed.digest);
    const { seq, hash } = signed.record.auditHead;
    const [link] = await environment.database.owner.query<{ hash: string }[]>(
      `SELECT encode(hash, 'hex') AS hash FROM audit_chain WHERE seq = $1`,
      [seq],
    );
    expect(link?.hash).toBe(hash);
    if (signed.signature === undefined || statement.proof.signature === undefined) throw new Error('both are signed');
    expect(signed.signature.keyId).toBe(keyId);
    expect(signatureFault(signed.record, signed.signature)).toBeUndefined();
    expect(statement.proof.proof).toMatchObject({
      subject: company.id,
      digest: statement.digest,
      monthRecord: signed.digest,
      previous: null,
    });
    expect(signatureFault(statement.proof.proof, statement.proof.signature)).toBeUndefined();
    // It names all companies.
    expect((await owner.call('GET', `/months/${month}/record`)).status).toBe(403);

    // What finance and the company download is found to be as it was issued, without asking anybody; a flipped byte is located.
    const bytesOf = async (email: string, file: string): Promise<Buffer> => {
      const signedIn = await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD });
      const { accessToken } = signedIn.body as { accessToken: string };
      const response = await fetch(`${environment.url}/api/v1${file}`, { headers: { authorization: `Bearer ${accessToken}` } });
      expect(response.status).toBe(200);
      return Buffer.from(await response.arrayBuffer());
    };
    const verified = (bytes: Buffer) => {
      const { files, faults } = readArchive(archiveOf(bytes));
      const verifier = new Verifier(new Set([keyId]));
      for (const [name, content] of files) if (name.endsWith('.json')) verifier.add(name, content.toString('utf8'));
      const verdict = verifier.verdict();
      return { ...verdict, faults: [...faults, ...verdict.faults] };
    };
    const zip = await bytesOf(finance.email, `/months/${month}/archive?formats=csv,pdf`);
    expect(verified(zip)).toMatchObject({ faults: [], documents: 1, month, signedBy: [keyId], unsigned: [] });
    const json = await bytesOf(owner.email, `/companies/${company.id}/statements/${month}/file?format=json`);
    const check = (text: string) => {
      const verifier = new Verifier(new Set([keyId]));
      verifier.add('statement.json', text);
      return verifier.verdict();
    };
    expect(check(json.toString())).toMatchObject({ faults: [], signedBy: [keyId] });
    expect(check(json.toString().replace('"closing":500', '"closing":501')).faults).toContainEqual(
      expect.objectContaining({ where: '/document/accounts/0/closing', expected: '500', found: '501' }),
    );
  });
});
