import { gzipSync } from 'node:zlib';
import { parseArgs } from 'node:util';
import { addressOf, askerOf, PAGES_BY_PERSON } from '../../../console/test/console-pages.ts';
import { ConsoleTestEnvironment, type Visit } from '../../../console/test/console-test-environment.ts';
import { startConsoleStack } from '../../../console/test/console-stack.ts';
import { count, machineFacts, table, verdict } from './tables.ts';

/** Budgets of the console: script of the home page's first load, the largest contentful paint on loopback, the longest task while a list scrolls. */
const HOME = 'home';
const SCRIPT_AIM_KIB = 300;
const PAINT_AIM_MS = 1_500;
const TASK_AIM_MS = 200;
const ROWS = 10_000;
const KIB = 1_024;

interface Load {
  readonly scriptKib: number;
  readonly requests: number;
  readonly paintMs: number;
}

/** Loads an address with an empty cache. */
async function load(visit: Visit, path: string): Promise<Load> {
  const scripts = new Map<string, number>();
  let requests = 0;
  visit.page.on('response', (response) => {
    requests += 1;
    if (response.request().resourceType() !== 'script') return;
    void response.body().then(
      (body) => scripts.set(response.url(), gzipSync(body).byteLength),
      () => undefined,
    );
  });
  await visit.open(path);
  await visit.settled();
  const paintMs = await visit.page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
  })`);
  return { scriptKib: [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0) / KIB, requests, paintMs };
}

/** The longest task, in milliseconds, while the list of a company with many jobs scrolls from its top to its end. The jobs are invented. */
async function scrollManyRows(environment: ConsoleTestEnvironment, person: string): Promise<number> {
  const visit = await environment.signedIn(person);
  const [job] = (await askerOf(visit.context)('/jobs?limit=1')).items;
  await visit.page.route(/\/api\/v1\/jobs\?/, async (route) => {
    const items = Array.from({ length: ROWS }, (_, row) => ({
      ...job,
      id: `${job?.id.slice(0, -5)}${String(row).padStart(5, '0')}`,
      name: `job-${row}`,
    }));
    await route.fulfill({ json: { items, nextCursor: null } });
  });
  await visit.open('/jobs');
  await visit.settled();
  await visit.page.evaluate(`globalThis.longest = 0; new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
  }).observe({ type: 'longtask' })`);
  await visit.page.getByText('job-3', { exact: true }).hover();
  for (let turn = 0; turn < 60; turn += 1) {
    await visit.page.mouse.wheel(0, 7_000);
    await visit.page.waitForTimeout(30);
  }
  const longest = await visit.page.evaluate<number>('globalThis.longest');
  await visit.close();
  return longest;
}

/** `npm run bench -- console [--url URL]`: what the pages of the console weigh and how fast they are. */
export async function consoleBench(flags: string[]): Promise<void> {
  const { values } = parseArgs({ args: flags, options: { url: { type: 'string' } } });
  const stack = values.url === undefined ? await startConsoleStack() : { url: values.url, stop: () => Promise.resolve() };
  const environment = await ConsoleTestEnvironment.start(stack.url);
  try {
    const rows: string[][] = [];
    for (const [person, pages] of Object.entries(PAGES_BY_PERSON)) {
      for (const page of pages) {
        const visit = await environment.signedIn(person);
        const { scriptKib, requests, paintMs } = await load(visit, await addressOf(page, askerOf(visit.context)));
        const met = paintMs <= PAINT_AIM_MS && (page.name !== HOME || scriptKib <= SCRIPT_AIM_KIB) ? 'met' : 'MISSED';
        rows.push([page.name, count(Math.round(scriptKib)), count(requests), count(Math.round(paintMs)), met]);
        // With its cache: the next page is loaded by a browser that knows nothing.
        await visit.context.close();
      }
    }
    const longest = await scrollManyRows(environment, 'engineer@jiding.example');
    console.log(machineFacts());
    console.log(
      table(
        ['page, first load', 'script, KiB gzip', 'requests', 'largest paint, ms', `aim ${PAINT_AIM_MS} ms, ${HOME} ${SCRIPT_AIM_KIB} KiB`],
        rows,
      ),
    );
    console.log(verdict(`longest task while ${count(ROWS)} rows scroll`, longest, TASK_AIM_MS, 'ms', 0));
  } finally {
    await environment.stop();
    await stack.stop();
  }
}
