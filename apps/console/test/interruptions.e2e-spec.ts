import { ConsoleTestEnvironment } from './console-test-environment.ts';

describe('a page that stays open', () => {
  let environment: ConsoleTestEnvironment;
  beforeAll(async () => {
    environment = await ConsoleTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('keeps what was typed when another build replaced a part of the console, and offers to load the console anew', async () => {
    const visit = await environment.signedIn('owner@jiding.example');
    const { page } = visit;
    await visit.open('/wallet');
    await visit.settled();
    await page.route(/\/assets\/PaletteDialog-/, async (route) => await route.fulfill({ status: 404 }));
    await page.keyboard.press('Control+k');
    const notice = page.getByRole('alert').filter({ hasText: '控制台的一部分无法加载' });
    await notice.waitFor();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('钱包');

    await page.unroute(/\/assets\/PaletteDialog-/);
    await notice.getByRole('button', { name: '重新加载' }).click();
    await notice.waitFor({ state: 'detached' });
    await page.locator('main h1').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: '输入页面、名称、编号或命令' }).waitFor();
    expect(visit.forgive(/PaletteDialog|status of 404/)).toBeGreaterThan(0);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
});
