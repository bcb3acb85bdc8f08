import { browserOfTests } from './browser-of-tests.ts';

const OPERATOR = 'operator@park.example';

const environment = browserOfTests();

describe('the day of an operator in the console', () => {
  it('begins at the cluster, whose cells say and open the job of a node', async () => {
    const visit = await environment.signedIn(OPERATOR);
    const { page } = visit;
    await page.goto('/');
    await page.getByRole('heading', { name: '集群' }).waitFor();
    const cell = page
      .getByRole('group', { name: /^节点与 GPU 分布图/ })
      .getByRole('link')
      .first();
    await cell.focus();
    const label = (await cell.getAttribute('aria-label')) ?? '';
    const [, job = '', company = ''] = /作业 (\S+)，(.+)，\d+ 卡$/.exec(label) ?? [];
    const tip = page.getByRole('tooltip');
    await tip.getByText(job).waitFor();
    expect(await tip.textContent()).toContain(company);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/jobs\/job_/);
    await page.getByRole('heading', { name: job }).waitFor();
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it('shows the same as a list, and keeps the view in the address', async () => {
    const visit = await environment.signedIn(OPERATOR, { language: 'en', width: 390 });
    const { page } = visit;
    await visit.open('/cluster');
    await page.getByText('By state', { exact: true }).click();
    await page.waitForURL(/colour=state/);
    await page.getByText('Table', { exact: true }).click();
    await page.waitForURL(/show=table/);
    await page.reload();
    await page.getByRole('columnheader', { name: 'Time left' }).waitFor();
    await page.getByRole('cell', { name: 'Running' }).first().waitFor();
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it('records an incident after its preview', async () => {
    const visit = await environment.signedIn(OPERATOR, { language: 'en' });
    const { page } = visit;
    await visit.open('/incidents?show=candidates');
    await page.getByRole('row').getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Record an incident for 1 attempt' }).click();
    const drawer = page.getByRole('dialog', { name: 'Record an incident of the platform' });
    expect(await drawer.getByRole('button', { name: 'Record and refund' }).isDisabled()).toBe(true);
    await drawer.getByRole('button', { name: 'Preview' }).click();
    const preview = drawer.getByRole('region', { name: 'Preview of the refunds' });
    await preview.getByRole('table', { name: 'Refunds by company' }).waitFor();
    await drawer.getByRole('textbox', { name: 'Reason' }).fill('The node lost its GPUs.');
    await drawer.getByRole('button', { name: 'Record and refund' }).click();
    const question = page.getByRole('dialog', { name: 'Record this incident?' });
    expect(await question.textContent()).toMatch(/[\d.]+ GPU-hours are credited back \(companies: 1\)/);
    await question.getByRole('button', { name: 'Record and refund' }).click();
    await page.waitForURL(/\/incidents\/incident_/);
    await page.getByRole('heading', { name: 'Incident: The node lost its GPUs.' }).waitFor();
    await page.getByRole('table', { name: 'Refunds by company' }).waitFor();
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it.each([
    {
      language: 'zh-CN' as const,
      ...{ open: '假设分析', title: '假设节点或上限变化', simulate: '开始模拟' },
      ...{ result: '模拟结果', classes: '按卡型汇总', starts: '各作业开始时间' },
    },
    {
      language: 'en' as const,
      ...{ open: 'What if…', title: 'What if nodes or limits were different', simulate: 'Simulate' },
      ...{ result: 'Simulated starts', classes: 'By GPU class', starts: 'Starts by job' },
    },
  ])('simulates the queue with a further node ($language)', async ({ language, ...texts }) => {
    const visit = await environment.signedIn(OPERATOR, { language });
    const { page } = visit;
    await visit.open('/queue?gpuClass=h800');
    await page.getByRole('button', { name: texts.open }).click();
    const drawer = page.getByRole('dialog', { name: texts.title });
    await drawer.getByRole('button', { name: texts.simulate }).click();
    const result = drawer.getByRole('region', { name: texts.result });
    await result
      .getByRole('table', { name: texts.classes })
      .getByRole('row', { name: /^h800 \d+ \d+ → \d+ / })
      .waitFor();
    await result.getByRole('table', { name: texts.starts }).getByRole('link').first().waitFor();
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it('sees what waits, and that every loop runs', async () => {
    const visit = await environment.signedIn(OPERATOR);
    const { page } = visit;
    await visit.open('/queue');
    await page.getByRole('cell', { name: /^h800 #1$/ }).waitFor();
    await visit.open('/loops');
    const admission = page.getByRole('row', { name: /^作业准入/ });
    await admission.getByText('正常').waitFor();
    expect(visit.faults).toEqual([]);
    await visit.close();
  });
});
