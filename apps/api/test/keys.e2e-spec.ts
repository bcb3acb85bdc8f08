import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { generateSecret, generateSync } from 'otplib';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

const [OLD, NEW] = ['the signing secret of last year which is long', 'the signing secret of this year which is long'];
const [OLD_KEY, NEW_KEY] = ['the sealing key of last year which is long', 'the sealing key of this year which is long'];

/** As secrets were sealed before deployments had keys for them: under a key derived from the signing secret. */
function sealedOfOld(text: string, signingSecret: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(hkdfSync('sha256', signingSecret, '', 'speedspace seal', 32)), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

describe('the keys of a deployment', () => {
  let environment: ApiTestEnvironment;
  beforeEach(async () => {
    environment = await ApiTestEnvironment.start({ JWT_SECRET: OLD, SECRETS_KEY: OLD_KEY });
  });
  afterEach(async () => {
    await environment.stop();
  });

  /** Runs `story` on an API with other keys on the same database. */
  async function rotated(variables: Readonly<Record<string, string>>, story: (api: ApiTestEnvironment) => Promise<void>): Promise<void> {
    const api = await environment.beside(variables);
    try {
      await story(api);
    } finally {
      await api.app.close();
    }
  }

  const keyIdOf = async (email: string): Promise<string | null | undefined> =>
    (await environment.database.owner.query<{ id: string | null }[]>(`SELECT totp_key_id AS id FROM app_user WHERE email = $1`, [email]))[0]
      ?.id;

  it('sign access tokens under an id, and are rotated without signing anybody out', async () => {
    const { email } = await environment.person('auditor');
    const tokenOf = async (api: ApiTestEnvironment): Promise<string> =>
      ((await api.call('POST', '/auth/sign-in', { email, password: PASSWORD })).body as { accessToken: string }).accessToken;
    const token = await tokenOf(environment);
    const header = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()) as { kid: string };
    expect(header.kid).toMatch(/^[\w-]{8}$/);
    let fresh = '';
    await rotated({ JWT_SECRET: NEW, JWT_PREVIOUS_SECRETS: OLD, SECRETS_KEY: OLD_KEY }, async (api) => {
      expect((await api.bearing(token)('GET', '/me')).status).toBe(200);
      fresh = await tokenOf(api);
      expect((await api.bearing(fresh)('GET', '/me')).status).toBe(200);
    });
    await rotated({ JWT_SECRET: NEW, SECRETS_KEY: OLD_KEY }, async (api) => {
      expect((await api.bearing(token)('GET', '/me')).status).toBe(401);
      expect((await api.bearing(fresh)('GET', '/me')).status).toBe(200);
    });
    await rotated({ JWT_SECRET: OLD, SECRETS_KEY: OLD_KEY }, async (api) => {
      expect((await api.bearing(fresh)('GET', '/me')).status).toBe(401);
    });
  });

  it('open authenticator secrets of before, and seal them anew when they are used', async () => {
    const { email, id } = await environment.person('auditor');
    const secret = generateSecret();
    await environment.database.owner.query(`UPDATE app_user SET totp_secret = $2, totp_confirmed_at = now() WHERE id = $1`, [
      id,
      sealedOfOld(secret, OLD),
    ]);
    const now = Math.floor(Date.now() / 1000);
    const signIn = (api: ApiTestEnvironment, epoch: number) =>
      api.call('POST', '/auth/sign-in', { email, password: PASSWORD, code: generateSync({ secret, epoch }) });
    // Sealed under the JWT_SECRET of then, which has been rotated since.
    await rotated({ JWT_SECRET: NEW, JWT_PREVIOUS_SECRETS: OLD, SECRETS_KEY: OLD_KEY }, async (api) => {
      expect((await signIn(api, now - 30)).status).toBe(200);
    });
    const first = await keyIdOf(email);
    expect(first).toMatch(/^[\w-]{8}$/);
    // From then on the signing secret has nothing to do with it, and the sealing key is rotated in the same way.
    await rotated({ JWT_SECRET: NEW, SECRETS_KEY: NEW_KEY, SECRETS_PREVIOUS_KEYS: OLD_KEY }, async (api) => {
      expect((await signIn(api, now)).status).toBe(200);
    });
    expect([await keyIdOf(email), first]).toEqual([expect.stringMatching(/^[\w-]{8}$/), first]);
    expect(await keyIdOf(email)).not.toBe(first);
    await rotated({ JWT_SECRET: NEW, SECRETS_KEY: NEW_KEY }, async (api) => {
      expect((await signIn(api, now + 30)).status).toBe(200);
    });
    // The key was thrown away too early: it is said which one, and the account stays closed.
    expect(await signIn(environment, now + 30)).toMatchObject({ status: 503, body: { code: 'secrets.key-missing' } });
  });

  it('hash the secrets of a repeated request, so that nobody guesses them from a dump, and are rotated meanwhile', async () => {
    const company = await environment.company();
    const { email } = await environment.person('owner', company);
    const pin = { name: 'pin', kind: 'environment', values: { PIN: '1234' } };
    const create = async (api: ApiTestEnvironment, body: object) =>
      await (
        await api.signIn(email)
      )('POST', '/secrets', body, { 'idempotency-key': 'once' });
    const first = await create(environment, pin);
    expect(first.status).toBe(201);
    const kept = await environment.database.owner.query<{ hash: Buffer }[]>(`SELECT request_hash AS hash FROM idempotent_request`);
    expect(kept).toHaveLength(1);
    expect(kept[0]?.hash.toString('hex')).not.toBe(createHash('sha256').update(JSON.stringify(pin)).digest('hex'));
    await rotated({ JWT_SECRET: NEW, JWT_PREVIOUS_SECRETS: OLD, SECRETS_KEY: OLD_KEY }, async (api) => {
      expect(await create(api, pin)).toMatchObject({ status: 201, body: first.body as object });
      const other = await create(api, { ...pin, values: { PIN: '1235' } });
      expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.other-body' } });
    });
  });

  it('seal nothing where there is none for it', async () => {
    await rotated({ JWT_SECRET: OLD, SECRETS_KEY: '' }, async (api) => {
      const { email } = await environment.person('auditor');
      const call = await api.signIn(email);
      expect(await call('POST', '/me/totp')).toMatchObject({ status: 503, body: { code: 'secrets.no-key' } });
    });
  });
});
