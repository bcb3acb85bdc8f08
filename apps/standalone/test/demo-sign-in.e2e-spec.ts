import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditTrailService } from '#audit';
import { Transactions } from '#database';
import { type Standalone, startStandalone } from '../src/standalone.ts';
import { standaloneSettings } from '../src/standalone-settings.ts';

const call = async (product: Standalone, method: string, at: string, body?: object, token = '') => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${product.apiUrl}/api/v1${at}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, cookies: answer.headers.getSetCookie(), body: (await answer.json()) as Record<string, unknown> };
};

const start = async (folder: string, variables: Record<string, string> = {}): Promise<Standalone> =>
  await startStandalone(
    standaloneSettings({ DATA_DIRECTORY: folder, PORT: '0', POSTGRES_PORT: '0', SIM_PORT: '0', DEMO_JOBS: '0', ...variables }),
  );

/** The first start makes the history of the park. */
const FIRST_START_MS = 300_000;

describe('the people of the demo', () => {
  let folder: string;
  let product: Standalone;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-demo-sign-in-'));
    product = await start(folder);
  }, FIRST_START_MS);
  afterAll(async () => {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('sign in with one click as with a password, on the trail, and nobody else does', async () => {
    const { people } = (await call(product, 'GET', '/demo/people')).body as {
      people: { email: string; role: string; company?: string }[];
    };
    const roles = new Set(people.map(({ role }) => role));
    expect([...roles].sort()).toEqual(['administrator', 'auditor', 'engineer', 'finance', 'operator', 'owner', 'reviewer']);
    for (const { email, role, company } of people) {
      const { status, body } = await call(product, 'POST', '/demo/sign-in', { email });
      expect([status, Object.keys(body).sort()]).toEqual([
        200,
        ['accessToken', 'expiresInSeconds', 'refreshToken', 'sessionId', 'tokenType'],
      ]);
      const me = (await call(product, 'GET', '/me', undefined, body.accessToken as string)).body;
      expect(me).toMatchObject({ email, roles: [role], companies: company === undefined ? [] : [{ name: company }] });
    }
    const inCookie = await call(product, 'POST', '/demo/sign-in', { email: 'finance@park.example', keepIn: 'cookie' });
    expect(inCookie.body).not.toHaveProperty('refreshToken');
    expect(inCookie.cookies).toEqual([expect.stringMatching(/^mss_refresh=.*HttpOnly/)]);

    const transactions = product.api.get(Transactions, { strict: false });
    const trail = product.api.get(AuditTrailService, { strict: false });
    const events = await trail.list(transactions.reader, { action: 'sign-in.succeeded', limit: 100 });
    expect(events.filter(({ reason }) => reason === 'demo: one click, without a password')).toHaveLength(people.length + 1);

    const stranger = await call(product, 'POST', '/demo/sign-in', { email: 'somebody@elsewhere.example' });
    expect([stranger.status, stranger.body.code]).toEqual([404, 'demo.person-unknown']);
    const malformed = await call(product, 'POST', '/demo/sign-in', { email: 'nobody', password: 'x' });
    expect(malformed.status).toBe(422);
  });

  it('may no longer do so on the same database when it is started without demo data', async () => {
    await product.stop();
    product = await start(folder, { DEMO_DATA: 'false' });
    expect((await call(product, 'GET', '/demo/people')).status).toBe(404);
    expect((await call(product, 'POST', '/demo/sign-in', { email: 'admin@park.example' })).status).toBe(404);
  });
});
