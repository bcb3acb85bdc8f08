import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spyOn } from 'jest-mock';
import Provider from 'oidc-provider';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

/** A real OpenID provider whose only user signs in by being asked. */
class OpenIdProvider {
  email = '';
  verified = true;
  /** What becomes of the ID tokens on their way: somebody between the provider and us changes them. */
  changeIdToken = (token: string): string => token;

  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {}

  static async start(redirectUri: () => string): Promise<OpenIdProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = new OpenIdProvider(issuer, server);
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'speedspace', client_secret: 'of the test', redirect_uris: [redirectUri()] }],
      pkce: { required: () => true },
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      features: { devInteractions: { enabled: true } },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, email: started.email, email_verified: started.verified }),
      }),
    });
    const handle = provider.callback();
    server.on('request', (request, response) => {
      const end = response.end.bind(response) as (body?: unknown) => typeof response;
      response.end = ((body?: unknown) => {
        if (typeof body !== 'string' || !body.includes('"id_token"')) return end(body);
        const answer = JSON.parse(body) as { id_token: string };
        return end(JSON.stringify({ ...answer, id_token: started.changeIdToken(answer.id_token) }));
      }) as typeof response.end;
      void handle(request, response);
    });
    return started;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A browser: follows redirects with cookies by host, and fills in the provider's forms. */
class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async open(url: string, init: RequestInit = {}): Promise<{ url: string; response: Response }> {
    const jar = this.#jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return { url, response };
  }

  cookie(url: string, name: string): string | undefined {
    return this.#jar(url).get(name);
  }

  /** Goes on until a redirect leads to `until`, and returns that address. */
  async follow(start: string, until: string): Promise<string> {
    let { url, response } = await this.open(start);
    for (let hop = 0; hop < 20; hop += 1) {
      const location = response.headers.get('location');
      if (location === null) {
        const html = await response.text();
        const action = /action="([^"]+)"/.exec(html)?.[1];
        if (action === undefined) throw new Error(`stuck at ${url}: ${response.status} ${html.slice(0, 500)}`);
        const prompt = /name="prompt" value="([^"]+)"/.exec(html)?.[1] ?? 'login';
        const form = new URLSearchParams({ prompt, login: 'wang-fang', password: 'any' });
        ({ url, response } = await this.open(new URL(action, url).href, { method: 'POST', body: form }));
        continue;
      }
      const next = new URL(location, url).href;
      if (next.startsWith(until)) return next;
      ({ url, response } = await this.open(next));
    }
    throw new Error('too many redirects');
  }

  #jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    return jar;
  }
}

describe('signing in with an OpenID provider', () => {
  let provider: OpenIdProvider;
  let environment: ApiTestEnvironment;
  let silenced: { mockRestore: () => void }[];
  const publicUrl = 'http://console.example';
  const callback = `${publicUrl}/api/v1/auth/oidc/callback`;
  beforeAll(async () => {
    // The provider says at length that its defaults are for development: here they are.
    silenced = (['warn', 'info'] as const).map((level) => spyOn(console, level).mockImplementation(() => undefined));
    provider = await OpenIdProvider.start(() => callback);
    environment = await ApiTestEnvironment.start({
      PUBLIC_URL: publicUrl,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'speedspace',
      OIDC_CLIENT_SECRET: 'of the test',
      OIDC_ALLOW_INSECURE: 'true',
    });
  });
  afterAll(async () => {
    await environment.stop();
    await provider.stop();
    for (const spy of silenced) spy.mockRestore();
  });

  /** Up to the provider's redirect back, moved onto the port the test listens on. */
  async function signedInAtProvider(browser: Browser): Promise<string> {
    const back = await browser.follow(`${environment.url}/api/v1/auth/oidc/start?returnTo=/jobs`, callback);
    return back.replace(publicUrl, environment.url);
  }

  it('finds the account by its verified address, and leaves the session in a cookie', async () => {
    const { email, id } = await environment.person('finance');
    provider.email = email;
    const browser = new Browser();
    const { response } = await browser.open(await signedInAtProvider(browser));
    expect([response.status, response.headers.get('location')]).toEqual([302, `${publicUrl}/jobs`]);
    const cookie = browser.cookie(environment.url, 'mss_refresh')!;
    const refreshed = await environment.call('POST', '/auth/refresh', {}, { cookie: `mss_refresh=${cookie}` });
    const me = await environment.bearing((refreshed.body as { accessToken: string }).accessToken)('GET', '/me');
    expect(me.body).toMatchObject({ id, roles: ['finance'] });
    // The link holds by subject from now on, whatever the address becomes.
    provider.email = 'renamed@example.com';
    const again = await browser.open(await signedInAtProvider(browser));
    expect(again.response.status).toBe(302);
  });

  it('refuses an answer that another browser began, and one that comes twice', async () => {
    const browser = new Browser();
    const back = await signedInAtProvider(browser);
    const stranger = await new Browser().open(back);
    expect([stranger.response.status, ((await stranger.response.json()) as { code: string }).code]).toEqual([401, 'oidc.refused']);
    await browser.open(back);
    expect((await browser.open(back)).response.status).toBe(401);
  });

  it('refuses an ID token whose signature is not the provider’s', async () => {
    provider.email = (await environment.person('finance')).email;
    let changed = 0;
    provider.changeIdToken = (token) => {
      const signature = token.lastIndexOf('.') + 1;
      changed += 1;
      return token.slice(0, signature) + Array.from(token.slice(signature)).reverse().join('');
    };
    const browser = new Browser();
    const { response } = await browser.open(await signedInAtProvider(browser));
    expect([changed, response.status, ((await response.json()) as { code: string }).code]).toEqual([1, 401, 'oidc.refused']);
    provider.changeIdToken = (token) => token;
  });

  it('takes no unverified address for an account', async () => {
    const { email } = await environment.person('administrator');
    await environment.database.owner.query('DELETE FROM oidc_identity');
    Object.assign(provider, { email, verified: false });
    const browser = new Browser();
    const { response } = await browser.open(await signedInAtProvider(browser));
    expect(await response.json()).toMatchObject({ status: 403, code: 'oidc.unknown-account' });
    provider.verified = true;
  });

  it('ends what a stranger set up on an address that nobody had proven, and keeps it for one that was', async () => {
    const company = await environment.company();
    const administrator = await environment.person('administrator');
    const email = 'cfo@park.example';
    const invited = await administrator.call('POST', `/companies/${company.id}/invitations`, { email, role: 'engineer' });
    const token = (invited.body as { link: string }).link.split('#')[1];
    await environment.call('POST', '/invitations/accept', { token, name: 'Not the CFO', password: PASSWORD });
    const stranger = await environment.signIn(email);
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const made = await stranger('POST', '/me/tokens', { name: 'ci', scopes: ['job.read'], expiresAt });
    const byToken = environment.bearing((made.body as { token: string }).token);
    await environment.database.owner.query('DELETE FROM oidc_identity');
    provider.email = email;
    const browser = new Browser();
    expect((await browser.open(await signedInAtProvider(browser))).response.status).toBe(302);
    expect((await stranger('GET', '/me')).status).toBe(401);
    expect((await byToken('GET', '/jobs')).status).toBe(401);
    expect((await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD })).status).toBe(401);
    const listed = await administrator.call('GET', `/users?search=${email}`);
    expect(listed.body).toMatchObject({ items: [{ email, emailProvenBy: 'oidc', hasPassword: false }] });

    const proven = await environment.person('finance');
    await environment.database.owner.query('DELETE FROM oidc_identity');
    provider.email = proven.email;
    const second = new Browser();
    expect((await second.open(await signedInAtProvider(second))).response.status).toBe(302);
    expect((await proven.call('GET', '/me')).body).toMatchObject({ emailProven: true });
    expect((await environment.call('POST', '/auth/sign-in', { email: proven.email, password: PASSWORD })).status).toBe(200);
  });

  it('sends nobody to another site afterwards', async () => {
    for (const returnTo of ['https://evil.example', '//evil.example', '/\\evil.example', 'jobs']) {
      const answer = await environment.call('GET', `/auth/oidc/start?returnTo=${encodeURIComponent(returnTo)}`);
      expect(answer.status).toBe(422);
    }
  });
});
