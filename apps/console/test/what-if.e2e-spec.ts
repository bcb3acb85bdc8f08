import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';

/** The figures of a row of the sums: before, after and difference. */
async function sums({ page }: Visit, label: string): Promise<string[]> {
  const row = page
    .getByRole('table')
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: label, exact: true }) });
  return await row.getByRole('cell').allInnerTexts();
}

const fenOf = (text = ''): number => Number(text.replace('−', '-').replaceAll(/[+¥,]/g, '').replace('.', ''));

const environment = browserOfTests();

describe('what-if in the console', () => {
  it('replays past months with another coverage, keeps it in the address, and exports the companies', async () => {
    const reviewer = await environment.signedIn('reviewer@park.example');
    const { page } = reviewer;
    await reviewer.open('/what-if');
    await page.getByText('这里将显示测算结果').waitFor();
    const coverage = page.getByLabel('徐汇区算力补贴 2026 补贴比例');
    expect(await coverage.inputValue()).toBe('50.00');
    await coverage.fill('70');
    await coverage.press('Tab');
    await reviewer.click('button', '测算（1 处改动）');
    await page.getByRole('heading', { name: /^合计/ }).waitFor();
    expect(await page.getByText('现行条款的重算与实际计费', { exact: false }).count()).toBe(1);
    const [before, after, difference] = await sums(reviewer, '补贴支付');
    const [selfBefore, selfAfter, selfDifference] = await sums(reviewer, '企业自付');
    expect(fenOf(after) - fenOf(before)).toBe(fenOf(difference));
    expect(fenOf(difference)).toBeGreaterThan(0);
    expect(fenOf(selfAfter) - fenOf(selfBefore)).toBe(fenOf(selfDifference));
    expect(fenOf(selfDifference)).toBe(-fenOf(difference));
    expect(await reviewer.accessibilityFindings()).toEqual([]);

    // The address shows exactly this to somebody else, who reads it in English.
    const administrator = await environment.signedIn('admin@park.example', { language: 'en', theme: 'dark' });
    await administrator.page.goto(page.url());
    await administrator.page.getByRole('heading', { name: 'By company' }).waitFor();
    expect(await sums(administrator, 'Subsidies')).toEqual([before, after, difference]);
    expect(await administrator.page.getByLabel('徐汇区算力补贴 2026 Coverage').inputValue()).toBe('70.00');
    const download = administrator.page.waitForEvent('download');
    await administrator.page.getByRole('region', { name: 'By company' }).getByRole('button', { name: 'Export' }).click();
    expect((await download).suggestedFilename()).toMatch(/^What-if .*\.csv$/);
    expect(await administrator.accessibilityFindings()).toEqual([]);

    // What is no amount is not replayed, and the present terms come back by a button.
    await administrator.page.getByLabel('徐汇区算力补贴 2026 Monthly cap per company').fill('much');
    await administrator.page.getByRole('button', { name: /^Replay/, disabled: true }).waitFor();
    await administrator.click('button', 'Present terms');
    await administrator.page.getByRole('button', { name: 'Change a term first', disabled: true }).waitFor();
    expect(await administrator.page.getByLabel('徐汇区算力补贴 2026 Monthly cap per company').inputValue()).toBe('300,000.00');
    expect(reviewer.faults).toEqual([]);
    expect(administrator.faults).toEqual([]);
    await reviewer.close();
    await administrator.close();
  });

  it('shows months that cannot be replayed at their field, and fits a narrow screen', async () => {
    const visit = await environment.signedIn('admin@park.example', { width: 390 });
    const prices = encodeURIComponent(JSON.stringify([{ gpuClass: 'h800', fenPerGpuHour: 1_000 }]));
    await visit.open(`/what-if?gpuClasses=${prices}`);
    await visit.page.getByRole('heading', { name: /^合计/ }).waitFor();
    expect(await visit.overflows()).toEqual([]);
    await visit.open(`/what-if?from=2024-01&until=2026-01&gpuClasses=${prices}`);
    await visit.page.getByText('The period is longer than 12 months.').first().waitFor();
    expect(visit.forgive(/what-if: 422|status of 422/)).toBeGreaterThan(0);
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
});
