import { syntheticCreditCode } from '#tenancy';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

describe('HTTP conventions', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('answers probes without sign-in', async () => {
    const answers = await Promise.all(['healthz', 'readyz'].map((path) => fetch(`${environment.url}/${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [alive, ready] = await Promise.all(answers.map((answer) => answer.json()));
    expect(alive).toMatchObject({ status: 'ok', details: {} });
    expect(ready).toMatchObject({ status: 'ok', details: { database: { status: 'up' }, migrations: { status: 'up' } } });
  });

  it('is not ready on a schema that lacks a migration of its release', async () => {
    await environment.database.owner.query(`UPDATE migration SET name = 'of another release' WHERE name LIKE 'Schedules%'`);
    const other = await environment.beside({});
    const answer = await fetch(`${other.url}/readyz`);
    expect(answer.status).toBe(503);
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    expect(code).toBe('process.not-ready');
    expect(detail).toContain('lacks 1 migrations');
    expect((await fetch(`${other.url}/healthz`)).status).toBe(200);
    await environment.database.owner.query(`UPDATE migration SET name = 'Schedules1764000000421' WHERE name = 'of another release'`);
    expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
    await other.app.close();
  });

  it('shows Prometheus durations by route and the use of the pool, and nothing of a tenant', async () => {
    const { call, id } = await environment.person('administrator');
    await call('GET', '/companies/company_01jaaaaaaaaaaaaaaaaaaaaaaa');
    await environment.call('GET', `/nowhere/${id}`);
    const answer = await fetch(`${environment.url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    const text = await answer.text();
    expect(text).toMatch(/speedspace_http_request_duration_seconds_count{method="GET",route="\/api\/v1\/companies\/:id",status="404"} 1/);
    expect(text).toMatch(/speedspace_http_request_duration_seconds_count{method="GET",route="unknown",status="40\d"} \d/);
    expect(text).toMatch(/speedspace_database_pool_connections{state="idle"} \d/);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).not.toMatch(/company_01j|user_01j/);
  });

  it('lists error codes with meaning and remedy without sign-in, also the one it just answered with', async () => {
    const listed = await environment.call('GET', '/errors');
    const { items } = listed.body as { items: { code: string; status: number; meanings: string[]; remedies: string[] }[] };
    const refused = await environment.call('GET', '/me');
    const { code, detail, remedy } = refused.body as Record<'code' | 'detail' | 'remedy', string>;
    expect(listed.status).toBe(200);
    expect(items.every(({ meanings, remedies }) => meanings.length > 0 && remedies.length > 0)).toBe(true);
    expect(items.find((item) => item.code === code)).toEqual({
      code: 'access-token.refused',
      status: refused.status,
      meanings: [detail],
      remedies: [remedy],
    });
  });

  it('shows no metrics to who comes through a proxy', async () => {
    const answer = await fetch(`${environment.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(answer.status).toBe(404);
  });

  it('lets nobody store an answer that holds tokens, people or money, or the refusal of one', async () => {
    const { call, email } = await environment.person('administrator');
    const answers = [
      await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD }),
      await environment.call('POST', '/auth/sign-in', { email, password: 'wrong' }),
      await call('GET', '/me'),
      await call('GET', '/users'),
      await call('GET', '/companies'),
      await call('GET', '/companies/company_01jaaaaaaaaaaaaaaaaaaaaaaa'),
      await call('GET', '/audit/events.csv'),
      await environment.call('GET', '/me'),
      await environment.call('GET', '/nowhere'),
    ];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401, 404]));
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(answers.map(() => 'no-store'));
  });

  it('describes itself in OpenAPI 3.1 with the action of every route', async () => {
    const document = (await (await fetch(`${environment.url}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { 'x-action': string; operationId: string }>>;
      components: { schemas: Record<string, object> };
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/api/v1/companies']?.['post']).toMatchObject({
      'x-action': 'company.manage',
      operationId: 'companies.register',
      requestBody: {
        content: { 'application/json': { schema: { type: 'object', additionalProperties: false, required: ['name', 'creditCode'] } } },
      },
      responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Company' } } } } },
    });
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['Problem', 'Company', 'Tokens']));
    const page = await fetch(`${environment.url}/api/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  it('refuses what it cannot read with 400, what is not as described with 422 and every field', async () => {
    const { call } = await environment.person('administrator');
    const malformed = await call('POST', '/companies', '{"name": ');
    expect(malformed).toMatchObject({ status: 400, body: { code: 'request.malformed', status: 400 } });
    expect(malformed.headers.get('content-type')).toContain('application/problem+json');
    const invalid = await call('POST', '/companies', { name: '', creditCode: 1, owner: 'me' });
    expect(invalid.status).toBe(422);
    expect(invalid.body).toMatchObject({ code: 'request.invalid', type: 'urn:speedspace:problem:request.invalid' });
    expect((invalid.body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toEqual([
      '/name',
      '/creditCode',
      '/owner',
    ]);
    const query = await call('GET', '/companies?limit=0&color=red');
    expect(query.body).toMatchObject({ status: 422, errors: [{ parameter: 'limit' }, { parameter: 'color' }] });
  });

  it('refuses what is no address, and headers beyond measure, as a problem too', async () => {
    const badAddress = await fetch(`${environment.url}/api/v1/companies/%ff%`);
    expect([badAddress.status, await badAddress.json()]).toMatchObject([400, { code: 'request.malformed' }]);
    const endless = await fetch(`${environment.url}/api/v1/companies`, { headers: { 'x-much': 'x'.repeat(40_000) } });
    expect([endless.status, await endless.json()]).toMatchObject([431, { code: 'request.malformed' }]);
  });

  it('names the field of a broken rule and the remedy', async () => {
    const { call } = await environment.person('administrator');
    const refused = await call('POST', '/companies', { name: '壹', creditCode: '91440300100012316M' });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'company.credit-code-checksum', errors: [{ pointer: '/creditCode' }], remedy: 'Compare it with the business licence.' },
    });
  });

  it('gives a repeated creation the first answer, and refuses the key for another body', async () => {
    const { call } = await environment.person('administrator');
    const body = { name: '贰号科技', creditCode: syntheticCreditCode(700_001) };
    const answers = await Promise.all([1, 2, 3].map(() => call('POST', '/companies', body, { 'idempotency-key': 'once' })));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(2);
    const other = await call('POST', '/companies', { ...body, name: '叁' }, { 'idempotency-key': 'once' });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.other-body' } });
  });

  it('lets a failed creation be repeated under its key', async () => {
    const { call } = await environment.person('administrator');
    const first = await call('POST', '/companies', { name: '肆', creditCode: 'x' }, { 'idempotency-key': 'again' });
    const second = await call(
      'POST',
      '/companies',
      { name: '肆', creditCode: syntheticCreditCode(700_002) },
      { 'idempotency-key': 'again' },
    );
    expect([first.status, second.status]).toEqual([422, 201]);
  });

  it('walks a list by its cursor, each item once', async () => {
    const { call } = await environment.person('administrator');
    for (let n = 0; n < 5; n += 1) await environment.company(`翻页 ${n}`);
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await call(
        'GET',
        `/companies?search=${encodeURIComponent('翻页')}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const pageOfCompanies = answer.body as { items: { name: string }[]; nextCursor?: string };
      seen.push(...pageOfCompanies.items.map((company) => company.name));
      cursor = pageOfCompanies.nextCursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(['翻页 0', '翻页 1', '翻页 2', '翻页 3', '翻页 4']);
  });

  it('asks for If-Match on what several people decide, and refuses a stale one with 412', async () => {
    const { call } = await environment.person('administrator');
    const company = await environment.company();
    const path = `/companies/${company.id}/status`;
    const suspend = { status: 'suspended', reason: 'invoice open' };
    const etag = (await call('GET', `/companies/${company.id}`)).headers.get('etag');
    expect(etag).toBe('"1"');
    expect((await call('PUT', path, suspend)).status).toBe(428);
    const done = await call('PUT', path, suspend, { 'if-match': etag! });
    expect([done.status, done.headers.get('etag')]).toEqual([200, '"2"']);
    const stale = await call('PUT', path, { ...suspend, status: 'active' }, { 'if-match': etag! });
    expect(stale).toMatchObject({ status: 412, body: { code: 'company.stale' } });
  });

  it('hides what is not there and what is not for the caller', async () => {
    const ours = await environment.company('我们');
    const theirs = await environment.company('他们');
    const { call } = await environment.person('owner', ours);
    expect((await call('GET', `/companies/${ours.id}`)).status).toBe(200);
    const foreign = await call('GET', `/companies/${theirs.id}`);
    const absent = await call('GET', '/companies/company_01jaaaaaaaaaaaaaaaaaaaaaaa');
    expect([foreign.status, absent.status]).toEqual([404, 404]);
    expect(foreign.body).toEqual(JSON.parse(JSON.stringify(absent.body).replaceAll('company_01jaaaaaaaaaaaaaaaaaaaaaaa', theirs.id)));
    expect(((await call('GET', '/companies')).body as { items: { id: string }[] }).items.map((company) => company.id)).toEqual([ours.id]);
    expect((await call('GET', '/nothing-here')).body).toMatchObject({ status: 404, code: 'route.unknown' });
  });

  it('sends the headers that keep browsers out of harm', async () => {
    const { headers } = await fetch(`${environment.url}/healthz`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
