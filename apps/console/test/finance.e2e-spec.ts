import { readFile } from 'node:fs/promises';
import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';

const FINANCE = 'finance@park.example';
const OTHER_FINANCE = 'finance2@park.example';
const COMPANY = '极订智能';

/** The first bytes of a file that `act` makes the browser save, and its name. */
async function saved({ page }: Visit, act: () => Promise<void>): Promise<{ readonly name: string; readonly begin: string }> {
  const waiting = page.waitForEvent('download');
  await act();
  const file = await waiting;
  const content = await readFile(await file.path());
  return { name: file.suggestedFilename(), begin: content.subarray(0, 5).toString('latin1') };
}

function report(task: string, clicks: number, began: number): void {
  console.info(`${task}: ${clicks} clicks, ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

const environment = browserOfTests();

describe('the month of finance in the console', () => {
  it('is closed by two people, in Chinese and in English, and its PDF is downloaded', async () => {
    const first = await environment.signedIn(FINANCE);
    const second = await environment.signedIn(OTHER_FINANCE, { language: 'en' });
    await first.page.goto('/');
    await first.page.getByRole('heading', { name: '账期', level: 1 }).waitFor();
    const began = performance.now();
    await first.page.getByText('待关账').first().waitFor();
    await first.click('link', '2026-10');
    await first.page.getByRole('heading', { name: '关账检查' }).waitFor();
    await first.click('button', '申请关账');
    await first.page.getByLabel(/^说明/).fill('两笔到账计入十一月。');
    await first.click('button', '提交申请');
    await first.page.getByRole('heading', { name: '等待第二人确认' }).waitFor();
    expect(await first.page.getByRole('button', { name: '确认关账' }).count()).toBe(0);

    await second.page.goto('/months');
    await second.page.getByText('To be confirmed').first().waitFor();
    await second.click('link', '2026-10');
    await second.click('button', 'Confirm closing');
    await second.page.getByRole('dialog').getByRole('button', { name: 'Confirm', exact: true }).click();
    await second.page.getByRole('heading', { name: 'Record of the closing' }).waitFor();
    await second.page.getByRole('heading', { name: 'How to correct a closed month' }).waitFor();
    await second.click('link', COMPANY);
    await second.page.getByRole('heading', { name: new RegExp(`^${COMPANY}`) }).waitFor();
    const pdf = await saved(second, async () => await second.click('button', 'Download PDF'));
    expect(pdf).toEqual({ name: `${COMPANY}-2026-10.pdf`, begin: '%PDF-' });
    report('close a month with two people and download a PDF', first.clicks + second.clicks + 1, began);

    await first.open('/months');
    await first.page.getByText('陈岚 · 何佳').nth(3).waitFor();
    expect(first.faults).toEqual([]);
    expect(second.faults).toEqual([]);
    await first.close();
    await second.close();
  });

  it.each([
    { language: 'zh-CN', lines: '用量明细', gpuClass: '卡型', attempts: '查看各次运行', intervals: '查看运行时段', pod: '副本实例' },
    {
      language: 'en',
      lines: 'Usage by job',
      gpuClass: 'GPU class',
      attempts: 'Show the attempts',
      intervals: 'Show the pod intervals',
      pod: 'Pod',
    },
  ] as const)("traces a statement's fen to a pod in $language", async ({ language, lines, gpuClass, attempts, intervals, pod }) => {
    const visit = await environment.signedIn(FINANCE, { language });
    await visit.open('/months/2026-09');
    const began = performance.now();
    await visit.click('link', COMPANY);
    const section = visit.page.getByRole('region', { name: lines });
    await section.getByRole('columnheader', { name: gpuClass }).waitFor();
    const titles = await section.getByRole('columnheader').allInnerTexts();
    const sums = await section.locator('tfoot td, .ant-table-summary td').allInnerTexts();
    expect(titles.filter((_title, column) => sums[column]?.trim() === '')).toEqual([gpuClass]);
    await section.getByRole('button', { name: /^¥/ }).first().click();
    await visit.click('button', attempts);
    await visit.click('button', intervals);
    await visit.page.getByRole('dialog').getByRole('columnheader', { name: pod }).first().waitFor();
    report(`trace a statement's fen to a pod (${language})`, visit.clicks + 1, began);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it('refuses a bank reference that was recorded before, in a sentence, and keeps what was typed', async () => {
    const visit = await environment.signedIn(FINANCE);
    await visit.open('/transfers?state=confirmed');
    const reference = (await visit.page.locator('tbody button').first().textContent()) ?? '';
    expect(reference).not.toBe('');
    await visit.click('button', '登记转账');
    const drawer = visit.page.getByRole('dialog');
    await drawer.getByRole('combobox', { name: /企业$/ }).click();
    await visit.page.locator('.ant-select-item-option').filter({ hasText: COMPANY }).click();
    await drawer.getByLabel('金额').fill('100');
    await drawer.getByLabel('银行流水号').fill(reference);
    await drawer.getByRole('button', { name: /^登\s?记$/ }).click();
    await drawer.locator('.ant-form-item-explain-error').or(drawer.getByRole('alert')).getByText(reference).first().waitFor();
    expect(await drawer.getByLabel('金额').inputValue()).toBe('100');
    expect(visit.forgive(/transfers: 409|transfers: 422|status of 4(09|22)/)).toBeGreaterThan(0);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
});
