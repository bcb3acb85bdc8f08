import { addressOf, askerOf, type ConsolePage, PAGES_BY_PERSON } from './console-pages.ts';
import { ConsoleTestEnvironment, type Visit } from './console-test-environment.ts';

/**
 * Checks of every page of some people: no finding of axe-core in either theme, nothing wider than a desk's window or a phone in either language, no
 * error in the browser.
 */
export function describePagesOf(people: readonly string[]): void {
  describe.each(people)('the pages of %s', (person) => {
    let environment: ConsoleTestEnvironment;
    let visit: Visit;
    beforeAll(async () => {
      environment = await ConsoleTestEnvironment.start();
      visit = await environment.signedIn(person);
    });
    afterAll(async () => {
      await environment.stop();
    });

    const pages: readonly (readonly [string, ConsolePage])[] = (PAGES_BY_PERSON[person] ?? []).map((page) => [page.name, page]);
    it.each(pages)('%s', async (_name, page) => {
      await visit.open(await addressOf(page, askerOf(visit.context)));
      await visit.settled();
      const light = await visit.accessibilityFindings();
      await visit.switchTheme();
      const dark = await visit.accessibilityFindings('colours');
      await visit.switchTheme();
      const chinese = await overflowsOf(visit);
      await visit.switchLanguage();
      const english = await overflowsOf(visit);
      await visit.switchLanguage();
      const nothing = { light: [], dark: [], chinese: [], english: [], faults: [] };
      expect({ light, dark, chinese, english, faults: visit.faults }).toEqual(nothing);
    });
  });
}

/** What is too wide in a window on a desk, and then on a phone. */
async function overflowsOf(visit: Visit): Promise<string[]> {
  const onDesk = await visit.overflows();
  await visit.page.setViewportSize({ width: 390, height: 844 });
  const onPhone = await visit.overflows();
  await visit.page.setViewportSize({ width: 1280, height: 900 });
  return [...onDesk, ...onPhone];
}
