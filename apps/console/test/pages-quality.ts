import { addressOf, type Asker, askerOf, type ConsolePage, PAGES_BY_PERSON } from './console-pages.ts';
import { browserOfTests } from './browser-of-tests.ts';
import type { Visit } from './console-test-environment.ts';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/**
 * Checks of every page of some people: no finding of axe-core in either theme, nothing wider than a desk's window or a phone in either language, no
 * error in the browser. A page is checked in the theme and language of the page before it and then in the others, so that each change is made once.
 */
export function describePagesOf(people: readonly string[]): void {
  const environment = browserOfTests();
  describe.each(people)('the pages of %s', (person) => {
    let visit: Visit;
    let api: Asker;
    beforeAll(async () => {
      visit = await environment.signedIn(person);
      api = askerOf(visit.context);
    });
    afterAll(async () => {
      await visit.close();
    });

    const pages: readonly (readonly [string, ConsolePage])[] = (PAGES_BY_PERSON[person] ?? []).map((page) => [page.name, page]);
    it.each(pages)('%s', async (_name, page) => {
      await visit.open(await addressOf(page, api));
      await visit.settled();
      const first = { findings: await visit.accessibilityFindings(), tooWide: await overflowsIn(visit, [DESK, PHONE]) };
      await visit.switchTheme();
      await visit.switchLanguage();
      const second = { tooWide: await overflowsIn(visit, [PHONE, DESK]), findings: await visit.accessibilityFindings('colours') };
      const nothing = { findings: [], tooWide: [] };
      expect({ first, second, faults: visit.takeFaults() }).toEqual({ first: nothing, second: nothing, faults: [] });
    });
  });
}

/** What is too wide in each of the windows, and in which. */
async function overflowsIn(visit: Visit, windows: readonly (typeof DESK)[]): Promise<string[]> {
  const found: string[] = [];
  for (const window of windows) {
    await visit.page.setViewportSize(window);
    for (const overflow of await visit.overflows()) found.push(`${window.width} px: ${overflow}`);
  }
  return found;
}
