import { browserOfTests } from './browser-of-tests.ts';

const environment = browserOfTests();

describe('signing in to the console', () => {
  it('says that a password is wrong, and keeps what was typed', async () => {
    const visit = await environment.visit();
    await visit.page.goto('/jobs?state=Running');
    await visit.page.getByLabel('邮箱').fill('owner@jiding.example');
    await visit.page.getByLabel('密码').fill('not the password');
    await visit.page.getByRole('button', { name: '登录' }).click();
    await visit.page.getByRole('alert').filter({ hasText: 'sign-in.refused' }).waitFor();
    expect(await visit.page.getByLabel('邮箱').inputValue()).toBe('owner@jiding.example');
    expect(visit.forgive(/auth\/sign-in: 401|status of 401/)).toBe(2);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it('leads back to the address that was asked for, and out again', async () => {
    const visit = await environment.signedIn('owner@jiding.example');
    await visit.open('/jobs?state=Running');
    expect(new URL(visit.page.url()).search).toContain('state=Running');
    await visit.page.getByRole('button', { name: /^账户/ }).click();
    await visit.page.getByRole('button', { name: '退出登录' }).click();
    await visit.page.waitForURL(/\/sign-in/);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it('is in both languages and both themes, and remembers the choice', async () => {
    const visit = await environment.visit();
    await visit.page.goto('/sign-in');
    await visit.page.getByRole('button', { name: 'English' }).click();
    await visit.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await visit.page.getByRole('button', { name: 'Dark theme' }).click();
    expect(await visit.page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await visit.page.reload();
    await visit.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await visit.page.evaluate('[document.documentElement.dataset.theme, document.documentElement.lang]')).toEqual(['dark', 'en']);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
});
