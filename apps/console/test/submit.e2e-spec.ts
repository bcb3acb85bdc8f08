import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';
import { PROBLEM, type Requests, requestsAs } from './requests.ts';

const ENGINEER = 'engineer@lanjing.example';

const TEXTS = {
  'zh-CN': { single: /单卡训练/, kept: '填写的内容已保留。' },
  en: { single: /Single GPU/, kept: 'What you filled in is kept.' },
} as const;

const environment = browserOfTests();

describe.each(['zh-CN', 'en'] as const)('the draft of a job in the console, in %s', (language) => {
  const texts = TEXTS[language];
  let visit: Visit;
  let asEngineer: Requests;
  beforeEach(async () => {
    visit = await environment.signedIn(ENGINEER, { language });
    asEngineer = await requestsAs(visit.context, ENGINEER);
    // Of an earlier test, which left the page without a submission.
    await asEngineer('delete', '/me/drafts/job');
  });
  afterEach(async () => {
    await visit.close();
  });

  it('marks the line of a fault in the YAML, and keeps the draft over a reload', async () => {
    await visit.open('/submit');
    await visit.click('button', texts.single);
    await visit.page.locator('.cm-content').click();
    await visit.page.keyboard.press('Control+End');
    await visit.page.keyboard.type('  gpuz: 3');
    await visit.page.locator('.cm-lint-marker-error').waitFor();
    await visit.page.getByText(texts.kept).waitFor();
    await visit.page
      .getByText(/There is no field "gpuz"/)
      .first()
      .waitFor();
    await visit.page.getByText(/^(草稿已保存|Draft saved)$/).waitFor();
    await visit.page.reload();
    await visit.page.locator('.cm-content').getByText('gpuz').waitFor();
    await visit.page.getByText(/^(已恢复 .* 保存的草稿|This is your draft of)/).waitFor();
    // Another browser of the same person has it too, until it is cleared.
    const elsewhere = await environment.signedIn(ENGINEER);
    await elsewhere.open('/submit');
    await elsewhere.page.locator('.cm-content').getByText('gpuz').waitFor();
    await elsewhere.click('button', '清空');
    await elsewhere.page.locator('.cm-content').getByText('gpuz').waitFor({ state: 'detached' });
    // Its quote may have been asked for before the draft was cleared.
    elsewhere.forgive(/quotes: 422|status of 422/);
    expect(elsewhere.faults).toEqual([]);
    await elsewhere.close();
    expect(visit.forgive(/quotes: 422|status of 422/)).toBeGreaterThan(0);
    expect(visit.faults).toEqual([]);
  });

  it('lets nobody write over a draft that could not be read', async () => {
    await asEngineer('put', '/me/drafts/job', { content: { text: '# kept elsewhere' } });
    const DRAFTS = /\/api\/v1\/me\/drafts$/;
    await visit.page.route(
      DRAFTS,
      async (asked) => await asked.fulfill({ status: 500, contentType: 'application/problem+json', body: PROBLEM }),
    );
    await visit.page.goto('/submit');
    const again = visit.page.locator('main').getByRole('button', { name: /^(重试|Try again)$/ });
    await again.waitFor();
    expect(await visit.page.locator('.cm-content').count()).toBe(0);
    await visit.page.unroute(DRAFTS);
    await again.click();
    await visit.page.locator('.cm-content').getByText('# kept elsewhere').waitFor();
    expect(visit.forgive(/drafts: 500|status of 500/)).toBeGreaterThan(0);
    visit.forgive(/quotes: 422|status of 422/);
    expect(visit.faults).toEqual([]);
  });
});
