import { syntheticCreditCode } from '#tenancy';
import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';
import { requestsAs } from './requests.ts';

const ARABIC = 'شركة الذكاء الاصطناعي';
/** 200 characters: the first turns the direction of what follows, and the rest has no space to break at. */
const LONG_NAME = `\u202E${ARABIC} ${'超大规模分布式训练平台'.repeat(20)}`.slice(0, 200);
const LONG_WORD = 'W'.repeat(100);

const environment = browserOfTests();

describe('names of 200 characters and from right to left in the console', () => {
  let visit: Visit;
  let paths: readonly string[];
  beforeAll(async () => {
    visit = await environment.signedIn('admin@park.example');
    const request = await requestsAs(visit.context, 'admin@park.example');
    const company = await request<{ id: string }>('post', '/companies', { name: LONG_NAME, creditCode: syntheticCreditCode(990_001) });
    const { items } = await request<{ items: readonly { classes: readonly string[] }[] }>('get', '/programmes');
    const programme = await request<{ id: string }>('post', '/programmes', {
      ...{ code: 'zz-long-name', name: LONG_NAME, funder: LONG_NAME, unit: 'CNY', coverageBp: 5_000, priority: 900 },
      ...{ classes: items[0]?.classes, validFrom: '2026-01-01T00:00:00Z', validUntil: '2028-01-01T00:00:00Z' },
    });
    await request('post', '/users', { email: 'long@name.example', name: LONG_WORD });
    paths = ['/companies', `/companies/${company.id}`, '/programmes', `/programmes/${programme.id}`, '/users', '/limits', '/what-if'];
  });

  it.each([1_280, 390])('widen no page in a window of %i px', async (width) => {
    await visit.page.setViewportSize({ width, height: 900 });
    const tooWide: Record<string, string[]> = {};
    for (const path of paths) {
      await visit.open(path);
      await visit.settled();
      const overflows = await visit.overflows();
      if (overflows.length > 0) tooWide[path] = overflows;
    }
    expect(tooWide).toEqual({});
    expect(visit.faults).toEqual([]);
  });

  it('stand apart from the text beside them, which keeps its direction', async () => {
    await visit.open('/companies');
    await visit.page.getByText(ARABIC).first().waitFor();
    const directions = await visit.page.evaluate<string[]>(`[...document.querySelectorAll('main *')]
      .filter((element) => element.childElementCount === 0 && element.textContent.includes('${ARABIC}'))
      .map((element) => getComputedStyle(element).unicodeBidi)`);
    expect(directions).not.toEqual([]);
    expect(directions.filter((direction) => !/isolate|plaintext/.test(direction))).toEqual([]);
  });
});
