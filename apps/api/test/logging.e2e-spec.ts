import { generateSync } from 'otplib';
import { SystemClock } from '#kernel';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

describe('the log of the API, at its most talkative', () => {
  const lines: string[] = [];
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    const log = { write: (line: string) => void lines.push(line) };
    environment = await ApiTestEnvironment.start({ LOG_LEVEL: 'trace' }, new SystemClock(), log);
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('holds no password, token, code or link, whether a request succeeds, is refused or breaks', async () => {
    const company = await environment.company();
    const owner = await environment.person('owner', company);
    const secrets: Record<string, string> = { password: PASSWORD };
    const tokens = await environment.call('POST', '/auth/sign-in', { email: owner.email, password: PASSWORD, keepIn: 'cookie' });
    const cookie = (tokens.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    secrets['access token'] = (tokens.body as { accessToken: string }).accessToken;
    secrets['refresh token'] = cookie.split('=')[1] ?? '';
    await environment.call('POST', '/auth/refresh', {}, { cookie });
    await environment.call('POST', '/auth/refresh', { refreshToken: secrets['refresh token'] });

    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const made = await owner.call('POST', '/me/tokens', { name: 'ci', scopes: ['company.read'], expiresAt });
    secrets['personal token'] = (made.body as { token: string }).token;
    await environment.bearing(secrets['personal token'])('GET', `/companies/${company.id}`);
    await environment.bearing(secrets['personal token'])('GET', '/me/sessions');

    const { secret } = (await owner.call('POST', '/me/totp')).body as { secret: string };
    secrets['TOTP secret'] = secret;
    await owner.call('POST', '/me/totp/confirm', { code: generateSync({ secret }) });
    const administrator = await environment.person('administrator');
    const invited = await administrator.call('POST', `/companies/${company.id}/invitations`, {
      email: 'neu@example.com',
      role: 'engineer',
    });
    secrets['invitation'] = (invited.body as { link: string }).link.split('#')[1] ?? '';
    secrets['refused password'] = 'opaque walnut 19 tide';
    await environment.call('POST', '/auth/sign-in', { email: owner.email, password: secrets['refused password'] });
    secrets['code in an address'] = 'c0de-of-a-provider';
    await environment.call('GET', `/auth/oidc/callback?code=${secrets['code in an address']}&state=x`);

    // What breaks inside is logged in full: with its statement's text, but without what was put into it.
    await environment.database.owner.query(`ALTER TABLE app_user ADD CONSTRAINT broken CHECK (email <> 'breaks@example.com')`);
    secrets['new password'] = 'quiet ember 23 falcon';
    const broken = await administrator.call('POST', '/users', { email: 'breaks@example.com', name: '坏' });
    expect(broken.status).toBe(500);
    const acceptance = { token: secrets['invitation'], name: '李', password: secrets['new password'] };
    await environment.database.owner.query(`UPDATE invitation SET email = 'breaks@example.com'`);
    expect((await environment.call('POST', '/invitations/accept', acceptance)).status).toBe(500);

    const log = lines.join('');
    expect(lines.length).toBeGreaterThan(15);
    expect(log).toContain('/api/v1/auth/oidc/callback');
    expect(log).toContain('violates check constraint');
    for (const [what, text] of Object.entries(secrets)) {
      expect(text.length).toBeGreaterThan(10);
      expect([what, log.includes(text), log.includes(encodeURIComponent(text))]).toEqual([what, false, false]);
    }
    expect(log).not.toMatch(/\$argon2id\$|Bearer mss_|mss_(pat|ref|inv|pw)_/);
  });
});
