import { generateSync } from 'otplib';
import { MailServer, tokenIn } from '#notifications/testing';
import { ApiTestEnvironment, type Call, PASSWORD } from './api-test-environment.ts';

const DAY_MILLISECONDS = 86_400_000;
const OTHER = 'harbour violin 77 cactus';
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MILLISECONDS).toISOString();

describe('personal tokens', () => {
  let mail: MailServer;
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    mail = await MailServer.start();
    environment = await ApiTestEnvironment.start({ SMTP_URL: mail.url });
  });
  afterAll(async () => {
    await environment.stop();
    await mail.stop();
  });

  /** A token of the person behind `call`, as a caller. */
  async function tokenOf(call: Call, scope: string): Promise<Call> {
    const made = await call('POST', '/me/tokens', { name: 'ci', scopes: [scope], expiresAt: inDays(10) });
    return environment.bearing((made.body as { token: string }).token);
  }

  const refused = { status: 401, body: { code: 'personal-token.refused' } };

  it('end when the password is changed', async () => {
    const { call } = await environment.person('auditor');
    const token = await tokenOf(call, 'audit.read');
    expect((await token('GET', '/audit/events')).status).toBe(200);
    await call('PUT', '/me/password', { present: PASSWORD, password: OTHER });
    expect(await token('GET', '/audit/events')).toMatchObject(refused);
  });

  it('end when a new password is chosen by a link', async () => {
    const { call, email } = await environment.person('auditor');
    const token = await tokenOf(call, 'audit.read');
    const before = mail.messages.length;
    await environment.call('POST', '/auth/password-link', { email });
    await environment.deliverMail();
    await environment.call('POST', '/auth/password', { token: tokenIn(mail.messages[before]!.text), password: OTHER });
    expect(await token('GET', '/audit/events')).toMatchObject(refused);
  });

  it('end, as sessions do, when their person is disabled, also after they are let in again; each is on the trail', async () => {
    const administrator = await environment.person('administrator');
    const { call, id } = await environment.person('auditor');
    const token = await tokenOf(call, 'audit.read');
    for (const status of ['disabled', 'active']) await administrator.call('PUT', `/users/${id}/status`, { status });
    expect(await token('GET', '/audit/events')).toMatchObject(refused);
    expect((await call('GET', '/me')).status).toBe(401);
    const trail = await (await environment.person('auditor')).call('GET', '/audit/events?objectType=personal-token&limit=200');
    expect((trail.body as { items: unknown[] }).items).toContainEqual(
      expect.objectContaining({ action: 'personal-token.revoked', reason: 'account disabled' }),
    );
  });

  it('end for a company that their person has left', async () => {
    const company = await environment.company();
    const owner = await environment.person('owner', company);
    const engineer = await environment.person('engineer', company);
    const token = await tokenOf(engineer.call, 'job.read');
    expect((await token('GET', '/jobs')).status).toBe(200);
    await owner.call('DELETE', `/companies/${company.id}/members/${engineer.id}`);
    expect(await token('GET', '/jobs')).toMatchObject(refused);
  });

  it('are good for a bounded time, also when the bound was made shorter after them', async () => {
    const { call, id } = await environment.person('auditor');
    const long = await call('POST', '/me/tokens', { name: 'ci', scopes: ['audit.read'], expiresAt: '9999-12-31T00:00:00Z' });
    expect(long).toMatchObject({ status: 422, body: { code: 'personal-token.too-long', errors: [{ pointer: '/expiresAt' }] } });
    const token = await tokenOf(call, 'audit.read');
    await environment.database.owner.query(
      `UPDATE personal_token SET created_at = now() - interval '367 days', expires_at = '9999-12-31' WHERE user_id = $1`,
      [id],
    );
    expect(await token('GET', '/audit/events')).toMatchObject(refused);
  });

  it.each(['user.manage', 'member.manage'])('never carry %s, neither new ones nor those of before', async (scope) => {
    const { call, id } = await environment.person('administrator');
    const made = await call('POST', '/me/tokens', { name: 'ci', scopes: [scope], expiresAt: inDays(1) });
    expect(made.status).toBe(422);
    const token = await tokenOf(call, 'company.read');
    await environment.database.owner.query(`UPDATE personal_token SET scopes = ARRAY[$2] WHERE user_id = $1`, [id, scope]);
    const company = await environment.company();
    const path = scope === 'user.manage' ? '/users' : `/companies/${company.id}/invitations`;
    const used = await token(scope === 'user.manage' ? 'GET' : 'POST', path, scope === 'user.manage' ? undefined : {});
    expect(used).toMatchObject({ status: 403, body: { code: 'access.scope' } });
  });

  it('act for the park only, if they were made for it, whatever becomes of their person', async () => {
    const company = await environment.company();
    const administrator = await environment.person('administrator');
    const auditor = await environment.person('auditor');
    const token = await tokenOf(auditor.call, 'job.read');
    await environment.database.owner.query(`INSERT INTO member (company_id, user_id, role, since) VALUES ($1, $2, 'owner', now())`, [
      company.id,
      auditor.id,
    ]);
    expect(await token('GET', '/jobs', undefined, { 'x-company': company.id })).toMatchObject({
      status: 403,
      body: { code: 'company.not-yours' },
    });
    await administrator.call('PUT', `/users/${auditor.id}/roles`, { parkRoles: [] });
    // Without a role for the park, a session acts for the only company; the token does not.
    expect((await (await environment.signIn(auditor.email))('GET', '/me')).body).toMatchObject({ companyId: company.id });
    const acting = await token('GET', '/jobs');
    expect(acting.status).toBe(403);
    expect((await token('GET', '/me')).body).not.toHaveProperty('companyId');
  });

  it('are read from exactly one word behind Bearer', async () => {
    const { call } = await environment.person('auditor');
    const made = await call('POST', '/me/tokens', { name: 'ci', scopes: ['audit.read'], expiresAt: inDays(1) });
    const pat = (made.body as { token: string }).token;
    const signedIn = await environment.call('POST', '/auth/sign-in', {
      email: (await environment.person('auditor')).email,
      password: PASSWORD,
    });
    const access = (signedIn.body as { accessToken: string }).accessToken;
    for (const token of [pat, access]) {
      const asked = (authorization: string) => environment.call('GET', '/me', undefined, { authorization });
      expect((await asked(`Bearer ${token}`)).status).toBe(200);
      for (const wrong of [`Bearer ${token} x`, `Bearer  ${token}`, `Bearer\t${token}`, `Bearer ${token},x`, `x Bearer ${token}`, token]) {
        expect([wrong.replace(token, '…'), (await asked(wrong)).status]).toEqual([wrong.replace(token, '…'), 401]);
      }
    }
  });
});

describe('personal tokens where money asks a second factor', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ SECOND_FACTOR_FOR_MONEY: 'true' });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const made = async (call: Call) =>
    environment.bearing(
      ((await call('POST', '/me/tokens', { name: 'ci', scopes: ['company.read'], expiresAt: inDays(300) })).body as { token: string })
        .token,
    );
  const locked = { status: 403, body: { code: 'second-factor.required' } };

  it('count as one for some weeks if they were made in a session that showed it, and no longer', async () => {
    const company = await environment.company();
    const { call, id } = await environment.person('finance');
    const { secret } = (await call('POST', '/me/totp')).body as { secret: string };
    await call('POST', '/me/totp/confirm', { code: generateSync({ secret, epoch: Math.floor(Date.now() / 1000) - 30 }) });
    const token = await made(call);
    const path = `/companies/${company.id}`;
    expect((await token('GET', path)).status).toBe(200);
    await environment.database.owner.query(`UPDATE personal_token SET created_at = now() - interval '31 days' WHERE user_id = $1`, [id]);
    expect(await token('GET', path)).toMatchObject(locked);
    await environment.database.owner.query(`UPDATE personal_token SET created_at = now() WHERE user_id = $1`, [id]);
    expect((await token('GET', path)).status).toBe(200);
    // Who removes the authenticator app has no second factor any more, and neither have the tokens.
    await call('DELETE', '/me/totp', { code: generateSync({ secret }) });
    expect(await token('GET', path)).toMatchObject(locked);
  });

  it('do not count as one if they were made without', async () => {
    const company = await environment.company();
    const { call, id } = await environment.person('reviewer');
    const scoped = await call('POST', '/me/tokens', { name: 'ci', scopes: ['company.read'], expiresAt: inDays(30) });
    await environment.database.owner.query(`INSERT INTO user_role (user_id, role) VALUES ($1, 'finance')`, [id]);
    const used = await environment.bearing((scoped.body as { token: string }).token)('GET', `/companies/${company.id}`);
    expect(used).toMatchObject(locked);
  });
});
