import { browserOfTests } from './browser-of-tests.ts';

const environment = browserOfTests();

describe('a page that stays open', () => {
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

  it('shows what it knows while the API does not answer, and says since when', async () => {
    const visit = await environment.signedIn('owner@jiding.example');
    const { page } = visit;
    await visit.open('/wallet');
    await visit.settled();
    const balance = page.getByRole('region', { name: '余额', exact: true });
    const before = await balance.innerText();
    const BALANCE = /\/api\/v1\/companies\/[^/]+\/balance$/;
    const SEARCH = /\/api\/v1\/search/;
    const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'internal', detail: 'The database is down.' };
    const body = JSON.stringify(problem);
    await page.route(BALANCE, async (asked) => await asked.fulfill({ status: 503, contentType: 'application/problem+json', body }));
    // A gateway answers without a body.
    await page.route(SEARCH, async (asked) => await asked.fulfill({ status: 503 }));
    const refused = async () => await page.waitForResponse((answer) => BALANCE.test(answer.url()) && answer.status() === 503);
    // The search finds the API down. At each sign of life the console reads its page anew, so that the second refusal follows a shown one.
    const first = refused();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('qwen');
    await first;
    await refused();
    const banner = page.getByText(/^自 .* 起无法连接服务/);
    await banner.waitFor();
    expect(await balance.innerText()).toBe(before);

    for (const route of [BALANCE, SEARCH]) await page.unroute(route);
    await banner.waitFor({ state: 'detached' });
    expect(visit.forgive(/503/)).toBeGreaterThan(0);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
});
