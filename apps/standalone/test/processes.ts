import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** The top level: npm starts there whatever uses this module, tests as sources and programs of the lab as compiled code. */
const ROOT = process.cwd();

/** Set once everything is compiled: the workers of a run inherit it. */
const COMPILED = 'SPEEDSPACE_TEST_COMPILED';

/** What the compiler writes last, and reads to know what is stale. Its time says since when everything is compiled. */
const BUILD_INFO = path.join(ROOT, 'dist/.tsbuildinfo');
const SOURCES = ['{apps,libs,migrations,deploy}/**/*.{ts,json}', 'tsconfig.json', 'package.json', 'package-lock.json'];

async function changedAt(file: string): Promise<number> {
  return (await stat(file)).mtimeMs;
}

/** Whether no source was changed since everything was compiled. The compiler takes seconds to find that out. */
async function isCompiled(): Promise<boolean> {
  const compiledAt = await changedAt(BUILD_INFO).catch(() => 0);
  for await (const file of glob(SOURCES, { cwd: ROOT })) if ((await changedAt(path.join(ROOT, file))) >= compiledAt) return false;
  return true;
}

/** Compiles what is stale, once a run; the processes run what is compiled, as in production. `npm run typecheck` checks the types. */
export async function build(): Promise<void> {
  if (process.env[COMPILED] !== undefined) return;
  if (!(await isCompiled())) {
    const began = new Date();
    await promisify(execFile)('npm', ['run', '--silent', 'build:code', '--', '--noCheck'], { cwd: ROOT });
    // The compiler leaves the file as it is where it found nothing to write.
    await utimes(BUILD_INFO, began, began);
  }
  process.env[COMPILED] = '1';
}

/** Keeps the compiled code of modules from one process to the next. */
export const COMPILE_CACHE = path.join(tmpdir(), 'speedspace-compile-cache');

export type Variables = Readonly<Record<string, string>>;

/** What a process of `dist/apps` did: the end of it and all it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A process of `dist/apps` with `variables` and nothing else of ours but the way to its programs. */
export function startEntry(entry: string, args: readonly string[], variables: Variables): ChildProcess {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', NODE_COMPILE_CACHE: COMPILE_CACHE, ...variables };
  return spawn(process.execPath, [path.join(ROOT, 'dist/apps', entry), ...args], { cwd: ROOT, env });
}

/** Runs a process to its end. */
export async function runEntry(entry: string, args: readonly string[], variables: Variables = {}, input = ''): Promise<Ended> {
  const child = startEntry(entry, args, variables);
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => parts.push(part));
  // A program may end without reading its input: its exit code tells how it ended.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(parts).toString() };
}
