import { generateSync } from 'otplib';
import { eventually } from '#kernel/testing';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

interface Tokens {
  accessToken: string;
  refreshToken: string;
  sessionId: string;
}

describe('signing in', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  async function tokensOf(email: string): Promise<Tokens> {
    return (await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD })).body as Tokens;
  }

  it('offers what the deployment has: no demo, and no provider that nobody configured', async () => {
    expect((await environment.call('GET', '/auth/methods')).body).toEqual({ password: true, oidc: false, demo: false });
  });

  it('tells an engineer who they are and what they may do', async () => {
    const company = await environment.company('极订科技');
    const { call, email } = await environment.person('engineer', company);
    const me = await call('GET', '/me');
    expect(me.body).toMatchObject({
      email,
      roles: ['engineer'],
      companyId: company.id,
      companies: [{ name: '极订科技', role: 'engineer' }],
    });
    expect((me.body as { actions: string[] }).actions).toEqual(expect.arrayContaining(['job.write', 'self']));
    expect((me.body as { actions: string[] }).actions).not.toContain('member.manage');
  });

  it('refuses a wrong, a forged, a stretched and no token with 401', async () => {
    const { email } = await environment.person('reviewer');
    const { accessToken } = await tokensOf(email);
    const [head = '', claims = '', signature = ''] = accessToken.split('.');
    const later = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number };
    const stretched = [head, Buffer.from(JSON.stringify({ ...later, exp: later.exp + 3600 })).toString('base64url'), signature].join('.');
    const forged = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEiLCJzaWQiOiJzZXNzaW9uXzEifQ.';
    for (const token of ['nonsense', forged, stretched, 'mss_pat_nonsense']) {
      const answer = await environment.bearing(token)('GET', '/me');
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="speedspace"']);
    }
    expect((await environment.call('GET', '/me')).body).toMatchObject({ status: 401, code: 'access-token.refused' });
  });

  it('says the same of a wrong password and of nobody, and closes the account for a while after five failures', async () => {
    const { email } = await environment.person('finance');
    const wrong = await environment.call('POST', '/auth/sign-in', { email, password: 'wrong' });
    const nobody = await environment.call('POST', '/auth/sign-in', { email: 'nobody@example.com', password: 'wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'sign-in.refused' } });
    expect(nobody.body).toEqual(wrong.body);
    for (let n = 0; n < 4; n += 1) await environment.call('POST', '/auth/sign-in', { email, password: 'wrong' });
    expect((await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD })).body).toEqual(wrong.body);
    await environment.database.owner.query(`UPDATE failed_attempt SET locked_until = now()`);
    expect((await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD })).status).toBe(200);
  });

  it('rotates refresh tokens, forgives one that comes twice at the same moment, and ends the session when one comes back later', async () => {
    const { email } = await environment.person('auditor');
    const first = await tokensOf(email);
    const refresh = () => environment.call('POST', '/auth/refresh', { refreshToken: first.refreshToken });
    const pairs = (await Promise.all([refresh(), refresh(), refresh()])).map(({ body }) => body as Tokens);
    expect(new Set(pairs.map(({ sessionId }) => sessionId))).toEqual(new Set([first.sessionId]));
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(3);
    for (const { accessToken } of pairs) expect((await environment.bearing(accessToken)('GET', '/me')).status).toBe(200);
    await environment.database.owner.query(`UPDATE refresh_token SET used_at = now() - interval '31 seconds' WHERE used_at IS NOT NULL`);
    expect(await refresh()).toMatchObject({ status: 401, body: { code: 'session.reused' } });
    for (const { accessToken, refreshToken } of pairs) {
      expect((await environment.call('POST', '/auth/refresh', { refreshToken })).status).toBe(401);
      expect((await environment.bearing(accessToken)('GET', '/me')).status).toBe(401);
    }
  });

  it('forgives no refresh token that comes back from another address', async () => {
    const { email } = await environment.person('auditor');
    const first = await tokensOf(email);
    await environment.call('POST', '/auth/refresh', { refreshToken: first.refreshToken });
    await environment.database.owner.query(`UPDATE session SET address = '203.0.113.7' WHERE id = $1`, [first.sessionId]);
    const reused = await environment.call('POST', '/auth/refresh', { refreshToken: first.refreshToken });
    expect(reused).toMatchObject({ status: 401, body: { code: 'session.reused' } });
  });

  it('keeps the refresh token of a browser where no script reads it', async () => {
    const { email } = await environment.person('operator');
    const signedIn = await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD, keepIn: 'cookie' });
    const cookie = signedIn.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^mss_refresh=mss_ref_.*; Path=\/api\/v1\/auth;.*HttpOnly; SameSite=Strict/);
    expect(signedIn.body).not.toHaveProperty('refreshToken');
    const refreshed = await environment.call('POST', '/auth/refresh', {}, { cookie: cookie.split(';')[0]! });
    expect([refreshed.status, refreshed.headers.get('set-cookie')?.startsWith('mss_refresh=')]).toEqual([200, true]);
  });

  it('lists sessions and ends them one by one', async () => {
    const { email, call } = await environment.person('reviewer');
    const other = await tokensOf(email);
    const listed = (await call('GET', '/me/sessions')).body as { items: { id: string; current: boolean }[] };
    expect(listed.items.map((session) => session.current).sort()).toEqual([false, true]);
    expect((await call('DELETE', `/me/sessions/${other.sessionId}`)).status).toBe(204);
    expect((await environment.bearing(other.accessToken)('GET', '/me')).status).toBe(401);
    expect((await call('DELETE', '/auth/session')).status).toBe(204);
    expect((await call('GET', '/me')).status).toBe(401);
  });

  it('makes personal tokens that do no more than their scopes and their person', async () => {
    const company = await environment.company();
    const owner = await environment.person('owner', company);
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const beyond = await owner.call('POST', '/me/tokens', { name: 'ci', scopes: ['company.manage'], expiresAt });
    expect(beyond).toMatchObject({ status: 422, body: { code: 'personal-token.scope' } });
    const made = await owner.call('POST', '/me/tokens', { name: 'ci', scopes: ['company.read'], expiresAt });
    const { token, id } = made.body as { token: string; id: string };
    expect(token).toMatch(/^mss_pat_/);
    const ci = environment.bearing(token);
    expect((await ci('GET', `/companies/${company.id}`)).status).toBe(200);
    expect(await ci('GET', `/companies/${company.id}/members`)).toMatchObject({ status: 403, body: { code: 'access.scope' } });
    expect(await ci('GET', '/me/sessions')).toMatchObject({ status: 403, body: { code: 'access.scope' } });
    expect(JSON.stringify(await environment.database.owner.query('SELECT * FROM personal_token'))).not.toContain(token);
    await owner.call('DELETE', `/me/tokens/${id}`);
    expect((await ci('GET', '/me')).status).toBe(401);
  });

  it('ends personal tokens and sessions at the end they were given', async () => {
    const { call, email, id } = await environment.person('auditor');
    const past = await call('POST', '/me/tokens', { name: 'late', scopes: ['audit.read'], expiresAt: '2026-01-01T00:00:00Z' });
    expect(past.body).toMatchObject({ status: 422, code: 'personal-token.expired' });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const made = await call('POST', '/me/tokens', { name: 'ci', scopes: ['audit.read'], expiresAt });
    const ci = environment.bearing((made.body as { token: string }).token);
    expect((await ci('GET', '/audit/events')).status).toBe(200);
    await environment.database.owner.query(`UPDATE personal_token SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [id]);
    expect((await ci('GET', '/audit/events')).body).toMatchObject({ status: 401, code: 'personal-token.refused' });

    const { accessToken, refreshToken } = await tokensOf(email);
    await environment.database.owner.query(`UPDATE session SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [id]);
    expect((await environment.bearing(accessToken)('GET', '/me')).body).toMatchObject({ status: 401, code: 'session.expired' });
    expect((await environment.call('POST', '/auth/refresh', { refreshToken })).body).toMatchObject({
      status: 401,
      code: 'session.expired',
    });
  });

  it('stores passwords as argon2id, and keeps every sign-in on the trail, the refused ones with why', async () => {
    const { email, id, call } = await environment.person('operator');
    await call('PUT', '/me/password', { present: PASSWORD, password: 'harbour violin 77 cactus' });
    const [{ hash }] = await environment.database.owner.query<[{ hash: string }]>(
      `SELECT password_hash AS hash FROM app_user WHERE id = $1`,
      [id],
    );
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    for (let n = 0; n < 6; n += 1) await environment.call('POST', '/auth/sign-in', { email, password: 'wrong' });
    const auditor = await environment.person('auditor');
    const found = await auditor.call('GET', `/audit/events?actorId=${id}`);
    const told = (found.body as { items: { action: string; reason: string; actor: { address: string } }[] }).items;
    expect(told.filter(({ action }) => action.startsWith('sign-in')).map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
      'sign-in.succeeded: password',
      ...Array<string>(5).fill('sign-in.refused: wrong password'),
      'sign-in.refused: locked after failed attempts',
    ]);
    expect(new Set(told.map(({ actor }) => actor.address))).toEqual(new Set(['127.0.0.1']));
  });

  it('asks an account with an authenticator app for its code, each code once', async () => {
    const { call, email } = await environment.person('administrator');
    const { secret } = (await call('POST', '/me/totp')).body as { secret: string };
    const now = Math.floor(Date.now() / 1000);
    expect((await call('POST', '/me/totp/confirm', { code: generateSync({ secret, epoch: now - 30 }) })).status).toBe(204);
    const signIn = (code?: string) => environment.call('POST', '/auth/sign-in', { email, password: PASSWORD, ...(code && { code }) });
    expect((await signIn()).body).toMatchObject({ status: 401, code: 'sign-in.code-required' });
    const code = generateSync({ secret, epoch: now });
    expect((await signIn(code)).status).toBe(200);
    expect((await signIn(code)).body).toMatchObject({ status: 401, code: 'sign-in.code-refused' });
  });

  it('refuses short, breached and self-referring passwords, and ends other sessions at a change', async () => {
    const { call, email } = await environment.person('auditor');
    const other = await tokensOf(email);
    const change = (password: string) => call('PUT', '/me/password', { present: PASSWORD, password });
    for (const [password, code] of [
      ['kurz', 'password.short'],
      ['Password2024!', 'password.breached'],
      ['qwertyuiop', 'password.breached'],
      ['aaaaaaaaaaaaaa', 'password.guessable'],
      ['Speedspace-99', 'password.guessable'],
    ] as const) {
      expect((await change(password)).body).toMatchObject({ status: 422, code });
    }
    expect((await change('harbour violin 77 cactus')).status).toBe(204);
    expect((await call('GET', '/me')).status).toBe(200);
    expect((await environment.bearing(other.accessToken)('GET', '/me')).status).toBe(401);
  });

  it('lets a disabled person in no more, by session or token, at once', async () => {
    const administrator = await environment.person('administrator');
    const finance = await environment.person('finance');
    expect((await administrator.call('PUT', `/users/${finance.id}/status`, { status: 'disabled' })).status).toBe(200);
    expect((await finance.call('GET', '/me')).status).toBe(401);
    expect((await environment.call('POST', '/auth/sign-in', { email: finance.email, password: PASSWORD })).status).toBe(401);
    expect((await administrator.call('PUT', `/users/${administrator.id}/roles`, { parkRoles: [] })).body).toMatchObject({
      code: 'user.oneself',
    });
  });
});

describe('access tokens of a second', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '1' });
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('are refused when it is over, and renewed by the refresh token', async () => {
    const { email } = await environment.person('auditor');
    const tokens = (await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD })).body as Tokens;
    const me = () => environment.bearing(tokens.accessToken)('GET', '/me');
    const answer = await eventually('the end of the access token', me, ({ status }) => status !== 200);
    expect(answer.body).toMatchObject({ status: 401, code: 'access-token.refused' });
    expect((await environment.call('POST', '/auth/refresh', { refreshToken: tokens.refreshToken })).status).toBe(200);
  });
});

describe('money roles with a second factor required', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ SECOND_FACTOR_FOR_MONEY: 'true', SIGN_IN_PER_MINUTE: '5', REFRESHES_PER_MINUTE: '12' });
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('open nothing but the own account until the session has one', async () => {
    const { call } = await environment.person('administrator');
    expect((await call('GET', '/companies')).body).toMatchObject({ status: 403, code: 'second-factor.required' });
    const { secret } = (await call('POST', '/me/totp')).body as { secret: string };
    await call('POST', '/me/totp/confirm', { code: generateSync({ secret }) });
    expect((await call('GET', '/companies')).status).toBe(200);
    const auditor = await environment.person('auditor');
    expect((await auditor.call('GET', '/companies')).status).toBe(200);
  });

  it('are told to wait after too many sign-ins from one address', async () => {
    const answers = [];
    for (let n = 0; n < 6; n += 1) answers.push(await environment.call('POST', '/auth/sign-in', { email: 'a@example.com', password: 'x' }));
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'request.too-many' } });
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('refresh more often than they sign in, up to a limit of its own', async () => {
    const answers = [];
    for (let n = 0; n < 13; n += 1) answers.push(await environment.call('POST', '/auth/refresh', { refreshToken: 'unknown' }));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 12 }, () => 401), 429]);
  });
});
