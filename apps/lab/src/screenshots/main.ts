import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addressOf, askerOf, PAGES_BY_PERSON } from '../../../console/test/console-pages.ts';
import { ConsoleTestEnvironment, type Look } from '../../../console/test/console-test-environment.ts';
import { startConsoleStack } from '../../../console/test/console-stack.ts';
import { runCommand, UsageError } from '../usage-error.ts';

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
      const viewport = visit.page.viewportSize() ?? { width: look.width, height: look.width };
      for (const page of chosen) {
        const file = path.join(folder, `${page.name}.png`);
        await visit.open(await addressOf(page, api));
        await visit.settled();
        await visit.showWhole();
        await visit.page.screenshot({ path: file });
        await visit.page.setViewportSize(viewport);
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

/** The pictures at the top of README.md. */
const README_DIRECTORY = '.github/images';
const README_PICTURES = [
  { person: 'owner@jiding.example', name: 'home', look: { language: 'zh-CN' } },
  { person: 'operator@park.example', name: 'cluster', look: { language: 'en' } },
] as const;
const README_SIZE = { width: 1280, height: 1130 };
const README_MOST_BYTES = 200_000;

/** @returns the pictures that are too large for README.md */
async function takeReadmePictures(environment: ConsoleTestEnvironment): Promise<string[]> {
  const tooLarge: string[] = [];
  await mkdir(README_DIRECTORY, { recursive: true });
  for (const { person, name, look } of README_PICTURES) {
    const page = PAGES_BY_PERSON[person]?.find((candidate) => candidate.name === name);
    if (page === undefined) throw new Error(`${person} has no page ${name}.`);
    const visit = await environment.signedIn(person, look);
    await visit.page.setViewportSize(README_SIZE);
    await visit.open(await addressOf(page, askerOf(visit.context)));
    await visit.settled();
    const file = path.join(README_DIRECTORY, `${name}.png`);
    await visit.page.screenshot({ path: file });
    await visit.close();
    const { size } = await stat(file);
    console.log(`${file}: ${size} bytes`);
    if (size > README_MOST_BYTES) tooLarge.push(`${file} has ${size} bytes, more than ${README_MOST_BYTES}`);
  }
  return tooLarge;
}

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      readme: { type: 'boolean', default: false },
      directory: { type: 'string', default: 'screenshots' },
      url: { type: 'string' },
      page: { type: 'string', multiple: true, default: [] },
    },
  });
  const names = Object.values(PAGES_BY_PERSON).flatMap((pages) => pages.map(({ name }) => name));
  const unknown = values.page.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new UsageError(`There is no page ${unknown.join(', ')}. The pages are ${names.join(', ')}.`);
  const stack = values.url === undefined ? await startConsoleStack() : { url: values.url, stop: () => Promise.resolve() };
  const environment = await ConsoleTestEnvironment.start(stack.url);
  try {
    const faults = values.readme
      ? await takeReadmePictures(environment)
      : await takeScreenshots(environment, values.directory, values.page);
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length > 0 ? 1 : 0;
  } finally {
    await environment.stop();
    await stack.stop();
  }
});
