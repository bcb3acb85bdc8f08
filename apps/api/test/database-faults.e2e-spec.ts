import { DatabaseProxy } from '#database/testing';
import { syntheticCreditCode } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

describe('what the API tells when its database fails', () => {
  let proxy: DatabaseProxy;
  let environment: ApiTestEnvironment;
  let administrator: Call;
  let engineer: Call;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({}, undefined, undefined, async (databaseUrl) => {
      proxy = await DatabaseProxy.start(databaseUrl);
      return proxy.url;
    });
    administrator = (await environment.person('administrator')).call;
    engineer = (await environment.person('engineer', await environment.company())).call;
  });
  afterAll(async () => {
    await environment.stop();
    await proxy.stop();
  });

  const companiesNamed = async (name: string): Promise<number> => {
    const rows = await environment.database.owner.query<unknown[]>('SELECT FROM company WHERE name = $1', [name]);
    return rows.length;
  };

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('tells an unknown outcome when the connection dies %s the commit; the same key does it once', async (when, committed) => {
    const body = { name: `${when} the commit`, creditCode: syntheticCreditCode(700_000 + committed) };
    const ask = () => administrator('POST', '/companies', body, { 'idempotency-key': `cut-${when}` });
    proxy.cutNextCommit(when);
    const first = await ask();
    expect(first).toMatchObject({ status: 504, body: { code: 'database.outcome-unknown' } });
    expect(first.headers.get('retry-after')).toBeNull();
    expect(await companiesNamed(body.name)).toBe(committed);
    const second = await ask();
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, committed === 1 ? 'true' : null]);
    expect(await companiesNamed(body.name)).toBe(1);
    expect((await ask()).body).toEqual(second.body);
  });

  it('tells a reader to ask again when the connection dies at the commit of what was read', async () => {
    proxy.cutNextCommit('after');
    const answer = await administrator('GET', '/companies');
    expect(answer).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('answers 503 with Retry-After on every kind of route while the database is away, and is alive', async () => {
    proxy.refuse();
    try {
      const answers = await Promise.all([
        administrator('GET', '/companies'),
        administrator('POST', '/companies', { name: 'x', creditCode: syntheticCreditCode(700_010) }, { 'idempotency-key': 'away' }),
        engineer('GET', '/jobs'),
        engineer('GET', '/jobs/job_x/events/stream'),
        environment.bearing('mss_pat_nobody')('GET', '/jobs'),
        environment.call('POST', '/auth/sign-in', { email: 'a@example.com', password: 'wrong' }),
        environment.call('POST', '/auth/refresh', { refreshToken: 'mss_ref_x' }),
      ]);
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
        expect(answer.headers.get('retry-after')).toBe('5');
      }
      const [ready, alive] = await Promise.all(['readyz', 'healthz'].map((path) => fetch(`${environment.url}/${path}`)));
      expect([ready?.status, ready?.headers.get('retry-after'), alive?.status]).toEqual([503, '5', 200]);
    } finally {
      proxy.accept();
    }
    expect((await administrator('GET', '/companies')).status).toBe(200);
  });
});

describe('what the API tells when the disk of its database is full', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
  });
  afterAll(() => environment.stop());

  it('answers 503 with what the operator must do to a change, keeps nothing of it, and goes on reading', async () => {
    const { owner } = environment.database;
    const { call } = await environment.person('administrator');
    const body = { name: 'without space', creditCode: syntheticCreditCode(700_020) };
    const create = () => call('POST', '/companies', body, { 'idempotency-key': 'full-disk' });
    await owner.query(`
      CREATE FUNCTION refuse_full() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON company EXECUTE FUNCTION refuse_full()`);
    const refused = await create();
    expect(refused).toMatchObject({
      status: 503,
      body: {
        code: 'database.disk-full',
        detail: 'The disk of the database is full.',
        remedy: expect.stringContaining('Nothing was written') as string,
      },
    });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await call('GET', '/companies')).status).toBe(200);
    await owner.query('DROP TRIGGER full_disk ON company');
    const created = await create();
    expect([created.status, created.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });
});
