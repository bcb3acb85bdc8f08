import { eventually } from '#kernel/testing';
import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';
import { applyForGrant, type Requests, requestsAs } from './requests.ts';

const ENGINEER = 'engineer@zhixing.example';

interface WatchedJob {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly cancelRequestedAt: string | null;
}

const environment = browserOfTests();

describe('several objects at once in the console', () => {
  let engineer: Visit;
  let asEngineer: Requests;
  let ids: readonly string[] = [];
  beforeAll(async () => {
    engineer = await environment.signedIn(ENGINEER);
    asEngineer = await requestsAs(engineer.context, ENGINEER);
  });
  afterAll(async () => {
    for (const id of ids) {
      const { cancelRequestedAt } = await asEngineer<WatchedJob>('get', `/jobs/${id}`);
      if (cancelRequestedAt === null) await asEngineer('post', `/jobs/${id}/cancel`);
    }
  });

  it('cancels jobs after a list of them and of what will happen, and gives the result of each', async () => {
    const { page } = engineer;
    const prefix = `together-${Date.now().toString(36)}-`;
    const names = ['one', 'two', 'three'].map((number) => `${prefix}${number}`);
    ids = await Promise.all(names.map(async (name) => await submitJob(asEngineer, name)));
    await engineer.open(`/jobs?name=${prefix}`);
    for (const name of names) await page.getByRole('checkbox', { name: `选择 ${name}` }).press('Space');
    await page.getByText('已选 3 项').waitFor();
    await engineer.click('button', '取消 3 个作业');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('取消后不能恢复').waitFor();
    const listed = await dialog.getByRole('list', { name: '涉及的对象' }).getByRole('listitem').allInnerTexts();
    expect(listed.map((text) => text.split('\n')[0]).toSorted()).toEqual(names.toSorted());
    expect(await engineer.accessibilityFindings()).toEqual([]);

    const BULK = /\/jobs\/bulk$/;
    const answered = Promise.withResolvers<undefined>();
    await page.route(BULK, async (asked) => {
      await answered.promise;
      await asked.continue();
    });
    await dialog.getByRole('button', { name: '取消 3 个作业' }).click();
    await dialog.getByRole('button', { name: '返回', disabled: true }).waitFor();
    await page.keyboard.press('Escape');
    answered.resolve(undefined);
    await dialog.getByText('已完成 3 项。').waitFor();
    await page.unroute(BULK);
    expect(await dialog.getByRole('list', { name: '处理结果' }).getByText('已完成').count()).toBe(3);
    expect(await engineer.accessibilityFindings()).toEqual([]);
    await dialog.getByRole('button', { name: '关闭', exact: true }).last().click();

    await page.getByText(/已选/).waitFor({ state: 'detached' });
    for (const id of ids) await untilState(asEngineer, id, 'Cancelled');
    await page.getByRole('checkbox', { name: `选择 ${prefix}two`, disabled: true }).waitFor();
    expect(engineer.faults).toEqual([]);
  });

  it('suspends jobs that run and resumes them, together and from the page of one', async () => {
    const { page } = engineer;
    const prefix = `paused-${Date.now().toString(36)}-`;
    const [one = '', other = ''] = await Promise.all(['one', 'two'].map(async (number) => await submitJob(asEngineer, prefix + number)));
    ids = [...ids, one, other];
    for (const id of [one, other]) await untilState(asEngineer, id, 'Running');
    await engineer.open(`/jobs/${one}`);
    await engineer.click('button', '暂停');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('作业保持暂停，直到有人恢复').waitFor();
    expect(await engineer.accessibilityFindings()).toEqual([]);
    await dialog.getByRole('button', { name: '暂停' }).click();
    await page.getByText('已暂停：人工暂停').waitFor();

    await engineer.open(`/jobs?name=${prefix}`);
    for (const number of ['one', 'two']) await page.getByRole('checkbox', { name: `选择 ${prefix}${number}` }).press('Space');
    await engineer.click('button', '暂停 1 个作业');
    await dialog.getByRole('button', { name: '暂停 1 个作业' }).click();
    await dialog.getByText('已完成 1 项。').waitFor();
    await dialog.getByRole('button', { name: '关闭', exact: true }).last().click();
    await untilState(asEngineer, other, 'Suspended');
    for (const number of ['one', 'two']) await page.getByRole('checkbox', { name: `选择 ${prefix}${number}` }).press('Space');
    await engineer.click('button', '恢复 2 个作业');
    await dialog.getByRole('button', { name: '恢复 2 个作业' }).click();
    await dialog.getByText('已完成 2 项。').waitFor();
    for (const id of [one, other]) await untilState(asEngineer, id, 'Running');
    expect(engineer.faults).toEqual([]);
  });

  it('returns applications with one reason, and says which was refused because it changed meanwhile', async () => {
    const reviewer = await environment.signedIn('reviewer@park.example', { language: 'en' });
    const { page } = reviewer;
    const owners = ['owner@zhixing.example', 'owner@jiding.example'] as const;
    const applied = await Promise.all(owners.map(async (email) => await applyForGrant(await requestsAs(reviewer.context, email), 123_400)));
    await reviewer.open(`/review?programme=${applied[0]?.programmeId ?? ''}`);
    for (const { id } of applied) await page.locator(`tr[data-row-key="${id}"]`).getByRole('checkbox').press('Space');
    await reviewer.click('button', 'Review together');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Review of 2 applications').waitFor();
    expect(await dialog.getByRole('list').getByText('¥1,234.00').count()).toBe(2);
    await dialog.getByRole('button', { name: 'Return' }).click();
    await dialog.getByRole('button', { name: 'Submit: Return' }).click();
    await dialog.getByText('Give the reason; the company reads it').waitFor();
    expect(await reviewer.accessibilityFindings()).toEqual([]);
    await dialog.getByLabel('Reason').fill('Attach the plan of the project.');
    const [first, second] = applied;
    await second?.asOwner('post', `/applications/${second.id}/withdraw`, {}, { 'If-Match': '"2"' });
    await dialog.getByRole('button', { name: 'Submit: Return' }).click();
    await dialog.getByText('1 done. 1 was refused and stays as it was.').waitFor();
    const [refused = ''] = await dialog.getByRole('list', { name: 'Results' }).getByRole('listitem').allInnerTexts();
    expect(refused).toMatch(/^极订智能\s*Refused/);
    expect(refused).toContain('The application was changed since it was read.');
    expect(await reviewer.accessibilityFindings()).toEqual([]);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    for (const { id } of applied) await page.locator(`tr[data-row-key="${id}"]`).waitFor({ state: 'detached' });
    expect(await first?.asOwner('get', `/applications/${first.id}`)).toMatchObject({ status: 'returned' });
    await first?.asOwner('post', `/applications/${first.id}/withdraw`, {}, { 'If-Match': '"3"' });
    expect(reviewer.faults).toEqual([]);
    await reviewer.close();
  });
});

async function submitJob(request: Requests, name: string): Promise<string> {
  const metadata = { name, annotations: { 'sim.speedspace.io/run-time': 'forever' } };
  const shape = { gpuClass: 'a100', replicas: 1, gpusPerReplica: 1, maxRuntime: '1h', selfPay: true };
  const spec = { ...shape, image: 'registry.park.example/zhixing/train:1', command: ['python', 'train.py'] };
  return (await request<WatchedJob>('post', '/jobs', { apiVersion: 'speedspace.io/v1', kind: 'Job', metadata, spec })).id;
}

async function untilState(request: Requests, id: string, state: string): Promise<void> {
  await eventually(
    `the state ${state} of the job ${id}`,
    async () => await request<WatchedJob>('get', `/jobs/${id}`),
    (job) => job.state === state,
  );
}
