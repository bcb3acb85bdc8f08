import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { eventually } from '#kernel/testing';
import { START_FILE, type Start } from './console-start.ts';
import { ConsoleTestEnvironment } from './console-test-environment.ts';

/** The first start of the demo, on a machine that compiles and tests meanwhile. */
const START_MS = 240_000;

/** The address of the product that all tests of the console share, once it is ready. */
async function sharedUrl(): Promise<string> {
  const file = process.env[START_FILE];
  if (file === undefined) throw new Error(`${START_FILE} is not set: the global setup of the console tests sets it.`);
  await eventually(
    `the product of the console tests (${file})`,
    () => existsSync(file),
    (exists) => exists,
    START_MS,
  );
  const start = JSON.parse(await readFile(file, 'utf8')) as Start;
  if ('failure' in start) throw new Error(`The product of the console tests did not start: ${start.failure}`);
  return start.url;
}

/** Gives all tests of the calling file one browser. Called at the top level, so that the file's own hooks may use it. */
export function browserOfTests(): Pick<ConsoleTestEnvironment, 'visit' | 'signedIn'> {
  let environment: ConsoleTestEnvironment | undefined;
  const started = (): ConsoleTestEnvironment => {
    if (environment === undefined) throw new Error('The browser is there in tests and hooks only.');
    return environment;
  };
  beforeAll(async () => {
    environment = await ConsoleTestEnvironment.start(await sharedUrl());
  }, START_MS);
  afterAll(async () => {
    await environment?.stop();
  });
  return {
    visit: async (look) => await started().visit(look),
    signedIn: async (email, look) => await started().signedIn(email, look),
  };
}
