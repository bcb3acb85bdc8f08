import { browserOfTests } from './browser-of-tests.ts';

const environment = browserOfTests();

describe('programmes in the console', () => {
  it('refuses a cap that is no amount, in place of taking it as no cap', async () => {
    const visit = await environment.signedIn('admin@park.example');
    await visit.open('/programmes');
    await visit.click('button', '新建项目');
    const cap = visit.page.getByLabel('企业累计上限');
    await cap.fill('1.234');
    await visit.page.getByText('请填写金额或卡时，最多两位小数，也可以留空。').waitFor();
    await cap.fill('1.23');
    await visit.page.getByText('请填写金额或卡时，最多两位小数，也可以留空。').waitFor({ state: 'detached' });
    await cap.fill('');
    expect(await cap.getAttribute('placeholder')).toBe('不限');
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
});
