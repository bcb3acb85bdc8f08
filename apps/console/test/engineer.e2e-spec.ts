import { eventually } from '#kernel/testing';
import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';
import { PROBLEM, type Requests, requestsAs } from './requests.ts';

const ENGINEER = 'engineer@moyu.example';
const SIMULATOR = 'sim.speedspace.io/';

/** What the story looks for, in each language. */
const TEXTS = {
  'zh-CN': {
    submitJob: '提交作业',
    single: /单卡训练/,
    mostCost: '最高费用',
    submit: '提交',
    waiting: /正在排队：/,
    log: '日志',
    search: '搜索日志',
    older: '加载更早的日志',
    loaded: /已加载 4,000 行/,
    searchFailed: '未能搜索全部日志',
    searchAgain: '重新搜索',
    nextMatch: '下一处',
    follow: '跟随',
    download: '下载',
    cancel: '取消作业',
    cancelled: '作业已取消，不再计费。',
    clone: '克隆',
    replaceByClone: '用作业副本替换已填写的内容？',
    replace: '替换',
    name: '作业名称',
    trace: '数字来源',
    entries: '账本分录',
    events: '事件',
    submitted: '作业已提交，进入队列',
  },
  en: {
    submitJob: 'Submit a job',
    single: /Single GPU/,
    mostCost: 'Cost at most',
    submit: 'Submit',
    waiting: /Waiting:/,
    log: 'Log',
    search: 'Search the log',
    older: 'Load earlier lines',
    loaded: /4,000 lines loaded/,
    searchFailed: 'The whole log could not be searched',
    searchAgain: 'Search again',
    nextMatch: 'Next match',
    follow: 'Follow',
    download: 'Download',
    cancel: 'Cancel job',
    cancelled: 'The job was cancelled and is no longer charged.',
    clone: 'Clone',
    replaceByClone: 'Replace what is filled in by the copy of the job?',
    replace: 'Replace',
    name: 'Job name',
    trace: 'Where it comes from',
    entries: 'Ledger entries',
    events: 'Events',
    submitted: 'The job was submitted and queued',
  },
} as const;

interface JobOptions {
  readonly name: string;
  readonly gpuClass?: string;
  readonly replicas?: number;
  readonly gpusPerReplica?: number;
  readonly maxRuntime?: string;
  /** Annotations of the simulated cluster, without their prefix. */
  readonly simulated?: Readonly<Record<string, string>>;
}

const environment = browserOfTests();

describe.each(['zh-CN', 'en'] as const)("an engineer's jobs in the console, in %s", (language) => {
  const texts = TEXTS[language];
  const named = (name: string): string => `${name}-${language.toLowerCase()}`;
  let visit: Visit;
  let asEngineer: Requests;
  beforeEach(async () => {
    visit = await environment.signedIn(ENGINEER, { language });
    asEngineer = await requestsAs(visit.context, ENGINEER);
    // Of an earlier test, which left the page without a submission.
    await asEngineer('delete', '/me/drafts/job');
  });
  afterEach(async () => {
    await cancelSubmitted(asEngineer);
    await visit.close();
  });

  it('submits a job from a template, with its quote, and leads to its page', async () => {
    await visit.open('/jobs');
    const begun = Date.now();
    await visit.click('link', texts.submitJob);
    await visit.click('button', texts.single);
    await visit.page.getByText(texts.mostCost).waitFor();
    await visit.click('button', new RegExp(`^${texts.submit}$`));
    await visit.page.waitForURL(/\/jobs\/job_/);
    await visit.page.getByRole('heading', { level: 1, name: 'train' }).waitFor();
    report('submit a job from a template', language, visit, begun);
    expect(visit.faults).toEqual([]);
  });

  it('says why a job waits', async () => {
    const name = named('waits');
    await fillUp(asEngineer);
    const id = await submit(asEngineer, { name, replicas: 4, gpusPerReplica: 8, maxRuntime: '20d' });
    await jobIn(asEngineer, id, (job) => job.waiting !== null);
    await visit.open('/jobs');
    const begun = Date.now();
    await visit.click('link', name);
    const why = visit.page.getByText(texts.waiting);
    await why.waitFor();
    report('find why a job waits', language, visit, begun);
    expect(await visit.overflows()).toEqual([]);
    expect(visit.faults).toEqual([]);
  });

  it('follows a log, finds a line in it, and follows the cost to the ledger', async () => {
    const log = Array.from({ length: 300 }, (_, line) => `\u001B[32mINFO\u001B[0m step ${line}`).join('\n');
    const simulated = { 'run-time': 'forever', log: `${log}\n+4s \u001B]0;title\u0007the last line` };
    const id = await submit(asEngineer, { name: named('logs'), gpuClass: 'a100', simulated });
    await jobIn(asEngineer, id, ({ state }) => state === 'Running');
    await visit.open(`/jobs/${id}`);
    await visit.click('tab', texts.log);
    // It comes later, and is in view because the end is followed. What would act on a terminal is not shown.
    await visit.page.getByText('the last line', { exact: true }).waitFor();
    await visit.page.getByRole('textbox', { name: texts.search }).fill('step 17');
    await visit.page.locator('mark').first().waitFor();
    expect(await visit.page.locator('mark').first().textContent()).toBe('step 17');
    const download = visit.page.waitForEvent('download');
    await visit.page.locator('main').getByRole('button', { name: texts.download }).click();
    expect((await download).suggestedFilename()).toBe(`${named('logs')}-1-0.log`);
    await visit.open(`/jobs/${id}`);
    await visit.click('button', texts.trace);
    await visit.page.getByRole('dialog').getByText(texts.entries).first().waitFor();
    expect(new URL(visit.page.url()).searchParams.get('trace')).toContain(id);
    expect(visit.faults).toEqual([]);
  });

  it('reads a log of 50,000 lines from its end, finds lines that are not loaded, and returns to the end', async () => {
    const simulated = { 'run-time': 'forever', log: '*50000/1s step # ends' };
    const id = await submit(asEngineer, { name: named('long'), gpuClass: 'a100', simulated });
    await jobIn(asEngineer, id, ({ state }) => state === 'Running');
    // Lines that are written while the page follows the log would count among those that it loads.
    await eventually(
      'the last line of the log',
      async () => await asEngineer<{ items: readonly { text: string }[] }>('get', `/jobs/${id}/logs/lines?order=latest&limit=1`),
      ({ items }) => items[0]?.text === 'step 50000 ends',
    );
    const line = (step: number) => visit.page.getByText(`step ${step} ends`, { exact: true });
    await visit.open(`/jobs/${id}?tab=log`);
    await line(50_000).waitFor();
    await visit.click('button', texts.older);
    await visit.page.getByText(texts.loaded).waitFor();
    const SEARCH = /\/log.*[?&]contains=/;
    await visit.page.route(
      SEARCH,
      async (asked) => await asked.fulfill({ status: 500, contentType: 'application/problem+json', body: PROBLEM }),
    );
    await visit.page.getByRole('textbox', { name: texts.search }).fill('step 7777 ends');
    await visit.page.getByText(texts.searchFailed).waitFor();
    expect(visit.forgive(/contains=.*: 500|status of 500/)).toBeGreaterThan(0);
    await visit.page.unroute(SEARCH);
    await visit.click('button', texts.searchAgain);
    await visit.page.getByText(/^1 (?:of|\/) 1$/).waitFor();
    await visit.click('button', texts.nextMatch);
    await visit.page.locator('mark').getByText('step 7777 ends').waitFor();
    await line(7_780).waitFor();
    expect(await visit.page.getByRole('region', { name: texts.log }).locator('mark, [aria-hidden]').count()).toBeLessThan(300);
    await visit.page.getByRole('textbox', { name: texts.search }).fill('');
    await visit.click('button', texts.follow);
    await line(50_000).waitFor();
    expect(visit.faults).toEqual([]);
  });

  it('cancels a job after it said what will happen, and clones it', async () => {
    const name = named('cancelled');
    const id = await submit(asEngineer, { name, gpuClass: 'a100', simulated: { 'run-time': 'forever' } });
    await visit.open(`/jobs/${id}`);
    await visit.click('button', texts.cancel);
    await visit.page.getByRole('dialog').getByRole('button', { name: texts.cancel }).click();
    await visit.page.getByText(texts.cancelled).waitFor();
    await visit.click('tab', texts.events);
    await visit.page.getByText(texts.submitted).waitFor();
    await asEngineer('put', '/me/drafts/job', { content: { text: '# kept' } });
    await visit.click('button', texts.clone);
    await visit.page.waitForURL(/\/submit/);
    // A draft is replaced only by who says so.
    const question = visit.page.getByRole('dialog', { name: texts.replaceByClone });
    await question.waitFor();
    await visit.page.locator('.cm-content').getByText('# kept').waitFor();
    await question.getByRole('button', { name: texts.replace, exact: true }).click();
    await visit.page.getByText(texts.mostCost).waitFor();
    expect(await visit.page.getByLabel(texts.name).inputValue()).toBe(name);
    expect(visit.faults).toEqual([]);
  });
});

describe('the page of a job', () => {
  it('tells the people of the park that reading a log takes a reason', async () => {
    const operator = await environment.signedIn('operator@park.example');
    const asEngineer = await requestsAs(operator.context, ENGINEER);
    const id = await submit(asEngineer, { name: 'of-a-company', gpuClass: 'a100', simulated: { 'run-time': 'forever', log: 'a line' } });
    await jobIn(asEngineer, id, ({ state }) => state === 'Running');
    await operator.open(`/jobs/${id}?tab=log`);
    await operator.page.getByLabel('查看原因').fill('企业报告了一个故障');
    await operator.click('button', '查看日志');
    await operator.page.getByText('a line', { exact: true }).waitFor();
    expect(operator.faults).toEqual([]);
    await operator.close();
    await cancelSubmitted(asEngineer);
  });
});

/** Jobs of the present test: they run until they are cancelled. */
const submitted: string[] = [];

interface WatchedJob {
  readonly state: string;
  readonly waiting: unknown;
  readonly cancelRequestedAt: string | null;
}

async function submit(request: Requests, options: JobOptions): Promise<string> {
  const { name, gpuClass = 'h800', replicas = 1, gpusPerReplica = 1, maxRuntime = '1h', simulated = {} } = options;
  const annotations = Object.fromEntries(Object.entries(simulated).map(([key, value]) => [SIMULATOR + key, value]));
  const spec = {
    gpuClass,
    replicas,
    gpusPerReplica,
    image: 'registry.park.example/moyu/train:1',
    command: ['python', 'train.py'],
    maxRuntime,
  };
  const file = { apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name, annotations }, spec: { ...spec, selfPay: true } };
  const { id } = await request<{ id: string }>('post', '/jobs', file);
  submitted.push(id);
  return id;
}

/** Frees the GPUs of the jobs that were submitted, for the next test. */
async function cancelSubmitted(request: Requests): Promise<void> {
  for (const id of submitted.splice(0)) {
    const { cancelRequestedAt } = await request<WatchedJob>('get', `/jobs/${id}`);
    if (cancelRequestedAt === null) await request('post', `/jobs/${id}/cancel`);
  }
}

/** Occupies GPUs, so that a job on all nodes of the class has to wait. */
async function fillUp(request: Requests): Promise<void> {
  await submit(request, { name: 'occupies', maxRuntime: '1d', simulated: { 'run-time': 'forever' } });
}

/** Waits until `holds` of the job. */
async function jobIn(request: Requests, id: string, holds: (job: WatchedJob) => boolean): Promise<void> {
  await eventually(`the job ${id}`, async () => await request<WatchedJob>('get', `/jobs/${id}`), holds);
}

/** Prints what a task of the console takes. */
function report(task: string, language: string, visit: Visit, begun: number): void {
  process.stdout.write(`${task} (${language}): ${visit.clicks} clicks, ${((Date.now() - begun) / 1_000).toFixed(1)} s\n`);
}
