import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';
import { applyForGrant, requestsAs } from './requests.ts';

const REVIEWER = 'reviewer@park.example';
const ADMINISTRATOR = 'admin@park.example';

/** The verdict of the open application, by the keyboard alone. */
async function decide({ page }: Visit, key: string, opinion: string): Promise<void> {
  await page.keyboard.press(key);
  await page.keyboard.type(opinion);
  await page.keyboard.press('Control+Enter');
}

/** The id in the address of the open application. */
function openApplication({ page }: Visit): string {
  return /application_[a-z0-9]+/.exec(page.url())?.[0] ?? '';
}

const environment = browserOfTests();

describe('reviewing and deciding applications in the console', () => {
  it('is done by two people with the keyboard, in Chinese and in English', async () => {
    const reviewer = await environment.signedIn(REVIEWER);
    await reviewer.page.goto('/');
    await reviewer.page.getByRole('heading', { name: '申请审批' }).waitFor();
    const began = performance.now();
    const rows = reviewer.page.locator('tbody a[href^="/review/application_"]');
    await rows.nth(1).waitFor();
    expect(await rows.count()).toBeGreaterThan(1);
    await rows.first().click();
    await reviewer.page.getByRole('heading', { name: '初审' }).waitFor();
    const first = openApplication(reviewer);
    await reviewer.page.keyboard.press('j');
    await reviewer.page.waitForURL((url) => !url.pathname.endsWith(first));
    await reviewer.page.getByRole('heading', { name: '资格核验' }).waitFor();
    await reviewer.page.keyboard.press('k');
    await reviewer.page.waitForURL((url) => url.pathname.endsWith(first));
    await reviewer.page.getByRole('heading', { name: '初审' }).waitFor();
    await decide(reviewer, '1', '用途明确，建议支持。');
    await reviewer.page.waitForURL((url) => !url.pathname.endsWith(first));
    console.info(`decide an application: 1 click, ${((performance.now() - began) / 1_000).toFixed(1)} s`);

    const administrator = await environment.signedIn(ADMINISTRATOR, { language: 'en' });
    await administrator.page.goto(`/review/${first}`);
    await administrator.page.getByRole('heading', { name: 'Final decision' }).waitFor();
    await administrator.page.getByText('用途明确，建议支持。').waitFor();
    await decide(administrator, '3', '');
    await administrator.page.getByText('Give the reason; the company reads it').waitFor();
    await administrator.page.getByRole('button', { name: /^Approve/ }).click();
    await administrator.page.getByLabel('Opinion').fill('Agreed.');
    await administrator.page.getByRole('button', { name: 'Submit: Approve' }).click();
    await administrator.page.waitForURL((url) => !url.pathname.endsWith(first));
    await administrator.page.goto(`/review/${first}`);
    await administrator.page
      .locator('main')
      .getByText(/^(Approved|Awaiting second approval)$/)
      .first()
      .waitFor();
    expect(reviewer.faults).toEqual([]);
    expect(administrator.faults).toEqual([]);
    await reviewer.close();
    await administrator.close();
  });

  it('shows what changed when somebody else decided meanwhile, and keeps the opinion', async () => {
    const [told, untold, other] = [
      await environment.signedIn(ADMINISTRATOR),
      await environment.signedIn(ADMINISTRATOR),
      await environment.signedIn('admin2@park.example'),
    ];
    // The stream that tells pages of changes is slower than the person here.
    await untold.page.route(/\/api\/v1\/changes/, () => undefined);
    await told.page.goto('/review');
    await told.page.locator('tbody a[href^="/review/application_"]').first().click();
    await told.page.getByRole('heading', { name: /终审$/ }).waitFor();
    const id = openApplication(told);
    for (const { page } of [untold, other]) {
      await page.goto(`/review/${id}`);
      await page.getByRole('heading', { name: /终审$/ }).waitFor();
    }
    await told.page.keyboard.press('1');
    await told.page.keyboard.type('我也同意。');
    await decide(other, '1', '同意。');
    await other.page.waitForURL((url) => !url.pathname.endsWith(id));
    await decide(untold, '1', '我也同意。');
    for (const { page } of [told, untold]) {
      await page.getByText('这条申请刚被他人更新').waitFor();
      expect(await page.getByLabel('意见').inputValue()).toBe('我也同意。');
    }
    expect(untold.forgive(/decision: 41[29]|decision: 409|status of 4(12|09)/)).toBeGreaterThan(0);
    for (const visit of [told, untold, other]) {
      expect(visit.faults).toEqual([]);
      await visit.close();
    }
  });

  it('proposes to the second approver, who has the page open already, what the first approved', async () => {
    const second = await environment.signedIn('admin2@park.example');
    const { page, context } = second;
    const { id, asOwner } = await applyForGrant(await requestsAs(context, 'owner@zhixing.example'), 60_000_000);
    const asReviewer = await requestsAs(context, REVIEWER);
    await asReviewer('post', `/applications/${id}/review`, { verdict: 'recommend', opinion: '' }, { 'If-Match': '"2"' });
    await second.open(`/review/${id}`);
    await page.getByRole('heading', { name: '终审', exact: true }).waitFor();
    const approval = { verdict: 'approve', opinion: '', amount: 52_000_000 };
    await (
      await requestsAs(context, ADMINISTRATOR)
    )('post', `/applications/${id}/decision`, approval, { 'If-Match': '"3"' });
    await page.getByRole('heading', { name: '二次终审' }).waitFor();
    await page.keyboard.press('1');
    expect(await page.getByLabel('批准额度').inputValue()).toBe('520,000.00');
    await asOwner('post', `/applications/${id}/withdraw`, {}, { 'If-Match': '"4"' });
    expect(second.faults).toEqual([]);
    await second.close();
  });
});
