import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addressOf, askerOf, PAGES_BY_PERSON } from '../../../console/test/console-pages.ts';
import { ConsoleTestEnvironment, type Look } from '../../../console/test/console-test-environment.ts';
import { startConsoleStack } from '../../../console/test/console-stack.ts';

const LOOKS: readonly Required<Look>[] = (['zh-CN', 'en'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((theme) => [1280, 390].map((width) => ({ language, theme, width }))),
);

/**
 * Takes a picture of each page as the person sees it who works there most, in both languages, both themes and two widths.
 * @param only names of pages; all where there are none
 * @returns what the browser reported, with the picture of which it did
 */
async function takeScreenshots(environment: ConsoleTestEnvironment, directory: string, only: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  let taken = 0;
  for (const look of LOOKS) {
    const folder = path.join(directory, `${look.language}-${look.theme}-${look.width}`);
    await mkdir(folder, { recursive: true });
    for (const [person, pages] of Object.entries(PAGES_BY_PERSON)) {
      const chosen = pages.filter(({ name }) => only.length === 0 || only.includes(name));
      if (chosen.length === 0) continue;
      const visit = await environment.signedIn(person, look);
      const api = askerOf(visit.context);
      for (const page of chosen) {
        const file = path.join(folder, `${page.name}.png`);
        await visit.open(await addressOf(page, api));
        await visit.settled();
        await visit.page.screenshot({ path: file, fullPage: true });
        taken += 1;
        faults.push(...visit.faults.map((fault) => `${file}: ${fault}`));
        visit.forgive(/^/);
      }
      await visit.close();
    }
    console.log(`${folder}: ${taken} pictures so far`);
  }
  return faults;
}

const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: 'screenshots' },
    url: { type: 'string' },
    page: { type: 'string', multiple: true, default: [] },
  },
});
const names = Object.values(PAGES_BY_PERSON).flatMap((pages) => pages.map(({ name }) => name));
const unknown = values.page.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no page ${unknown.join(', ')}. The pages are ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  const stack = values.url === undefined ? await startConsoleStack() : undefined;
  const environment = await ConsoleTestEnvironment.start(values.url ?? stack?.url);
  try {
    const faults = await takeScreenshots(environment, values.directory, values.page);
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length > 0 ? 1 : 0;
  } finally {
    await environment.stop();
    await stack?.stop();
  }
}
