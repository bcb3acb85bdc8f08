import { generateSync } from 'otplib';
import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';

const PASSWORD = 'quartz lantern 42 meadow';

const environment = browserOfTests();

describe('the session of a person in the console', () => {
  async function accessToken({ context }: Visit): Promise<string> {
    const answer = await context.request.post('/api/v1/auth/refresh', { data: {} });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  }

  /** Posts to the API with a token of `visit`. */
  async function post(visit: Visit, path: string, data: object): Promise<Record<string, string>> {
    const headers = { Authorization: `Bearer ${await accessToken(visit)}` };
    const answer = await visit.context.request.post(`/api/v1${path}`, { data, headers });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? {} : ((await answer.json()) as Record<string, string>);
  }

  it('ends in the middle of a form without losing what was typed', async () => {
    const visit = await environment.signedIn('owner@lanjing.example');
    await visit.open('/submit');
    const name = visit.page.getByLabel('作业名称', { exact: true });
    await name.fill('half-typed');
    const headers = { Authorization: `Bearer ${await accessToken(visit)}` };
    await visit.context.request.delete('/api/v1/auth/session', { headers });
    const again = visit.page.getByRole('dialog', { name: '登录已过期' });
    // The stream of changes learns of it at its next heartbeat.
    await again.waitFor();
    await again.getByRole('button', { name: /重新登录/ }).click();
    await again.waitFor({ state: 'detached' });
    expect(await name.inputValue()).toBe('half-typed');
    await visit.close();
  });

  it('begins with the code of an authenticator app where the account has one', async () => {
    const administrator = await environment.signedIn('admin@park.example');
    const email = 'second-factor@park.example';
    const { link = '' } = await post(administrator, '/users', { email, name: '双重验证' });
    const token = new URL(link).hash.slice(1);
    const visit = await environment.visit();
    await visit.context.request.post('/api/v1/auth/password', { data: { token, password: PASSWORD } });
    await visit.context.request.post('/api/v1/auth/sign-in', { data: { email, password: PASSWORD, keepIn: 'cookie' } });
    const { secret = '' } = await post(visit, '/me/totp', {});
    await post(visit, '/me/totp/confirm', { code: generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) - 30 }) });
    await visit.context.clearCookies();

    await visit.page.goto('/sign-in');
    await visit.page.getByLabel('邮箱').fill(email);
    await visit.page.getByLabel('密码').fill(PASSWORD);
    await visit.page.getByRole('button', { name: '登录', exact: true }).click();
    const code = visit.page.getByLabel('动态验证码');
    await code.fill('000000');
    await visit.page.getByRole('button', { name: '登录', exact: true }).click();
    await visit.page.getByRole('alert').filter({ hasText: 'sign-in.code-refused' }).waitFor();
    // A code counts once: the confirmation took the one of the half minute before.
    await code.fill(generateSync({ secret }));
    await visit.page.getByRole('button', { name: '登录', exact: true }).click();
    await visit.page.waitForURL((url) => url.pathname !== '/sign-in');
    await visit.close();
    await administrator.close();
  });
});
