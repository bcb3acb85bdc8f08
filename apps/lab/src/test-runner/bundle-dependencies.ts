/**
 * Bundles large npm packages that our sources import, so that a test file loads a few dozen files instead of thousands.
 *
 * Jest gives each test file a module registry of its own. A test of the API needs 4,200 modules, 868 of them from the Kubernetes client
 * alone, and Jest reads, compiles and links them again for each file: more work than most tests are. So each specifier of these packages
 * becomes an entry of one bundle with shared chunks, and `moduleNameMapper` sends all imports of the specifier there. A class is in one
 * chunk only, so it has one identity, whoever imports it.
 *
 * The bundle is in `node_modules/.cache` under the digest of what it is made from; it is made again if a file of it is missing.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '../../../..');
const CACHE = join(ROOT, 'node_modules/.cache/test-dependencies');
const MANIFEST = 'manifest.json';
const DAY_MS = 24 * 3600 * 1000;

/**
 * Packages in the bundle: those of many files that many tests load. A package that loads files beside itself, such as native code, fonts or
 * threads, must not be among them.
 */
const BUNDLED = [
  '@aws-sdk/client-s3',
  '@fastify/cookie',
  '@fastify/helmet',
  '@fastify/rate-limit',
  '@kubernetes/client-node',
  '@nestjs/common',
  '@nestjs/config',
  '@nestjs/core',
  '@nestjs/jwt',
  '@nestjs/passport',
  '@nestjs/platform-fastify',
  '@nestjs/schedule',
  '@nestjs/swagger',
  '@nestjs/terminus',
  '@nestjs/testing',
  '@nestjs/typeorm',
  '@peculiar/x509',
  '@zxcvbn-ts/core',
  '@zxcvbn-ts/language-common',
  'commander',
  'cron',
  'fast-check',
  'fastify',
  'luxon',
  'nestjs-pino',
  'nodemailer',
  'openid-client',
  'otplib',
  'passport',
  'passport-jwt',
  'pg',
  'prom-client',
  'reflect-metadata',
  'rxjs',
  'typeorm',
  'undici',
  'yaml',
  'zod',
];

/** Size in bytes of each file of a bundle, and the file of each specifier. */
interface Manifest {
  readonly sizes: Readonly<Record<string, number>>;
  readonly entries: Readonly<Record<string, string>>;
}

/** The file of each bundled specifier. Makes the bundle if there is none of today's packages and imports. */
export function bundledDependencies(): Readonly<Record<string, string>> {
  const specifiers = importedSpecifiers();
  const directory = join(CACHE, digestOf(specifiers));
  // A process of its own: packages are imported to learn the names that they export, and must not be in the process of the tests.
  if (!isWhole(directory)) execFileSync(process.execPath, [import.meta.filename, directory, ...specifiers], { stdio: 'inherit' });
  const { entries } = readManifest(directory);
  return Object.fromEntries(Object.entries(entries).map(([specifier, file]) => [specifier, join(directory, file)]));
}

/** Jest's setting that sends each import of a bundled specifier to its file. */
export function moduleNameMapper(): Record<string, string> {
  return Object.fromEntries(Object.entries(bundledDependencies()).map(([specifier, file]) => [`^${RegExp.escape(specifier)}$`, file]));
}

/** The specifiers of bundled packages in our sources, in the order of their names. */
function importedSpecifiers(): string[] {
  const found = new Set<string>();
  for (const file of globSync('{apps,libs,migrations}/**/*.ts', { cwd: ROOT, exclude: ['apps/console/**'] })) {
    const source = readFileSync(join(ROOT, file), 'utf8');
    for (const [, specifier = ''] of source.matchAll(
      /^(?:.*\bfrom|import|.*\bimport\()\s*'((?:@[\w.-]+\/)?[a-z][\w.-]*(?:\/[\w./-]+)?)'/gm,
    )) {
      if (BUNDLED.some((name) => specifier === name || specifier.startsWith(`${name}/`))) found.add(specifier);
    }
  }
  return [...found].sort();
}

function digestOf(specifiers: readonly string[]): string {
  const hash = createHash('sha256').update(process.version).update(specifiers.join());
  for (const file of [import.meta.filename, join(ROOT, 'package-lock.json')]) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, MANIFEST), 'utf8')) as Manifest;
}

function isWhole(directory: string): boolean {
  try {
    return Object.entries(readManifest(directory).sizes).every(([file, size]) => statSync(join(directory, file)).size === size);
  } catch {
    return false;
  }
}

async function bundle(directory: string, specifiers: readonly string[]): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE)) {
    const old = join(CACHE, name);
    if (old === directory || Date.now() - statSync(old).mtimeMs > DAY_MS) rmSync(old, { recursive: true });
  }
  const made = mkdtempSync(`${directory}-`);
  writeFileSync(join(made, MANIFEST), JSON.stringify(await write(made, specifiers)));
  try {
    renameSync(made, directory);
  } catch (error) {
    // Another run may have made the same bundle meanwhile.
    if (!isWhole(directory)) throw error;
    rmSync(made, { recursive: true });
  }
}

async function write(directory: string, specifiers: readonly string[]): Promise<Manifest> {
  const sources = new Map<string, string>();
  for (const specifier of specifiers) sources.set(`\0${specifier}`, await entryOf(specifier));
  const build = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(specifiers.map((specifier) => [specifier, `\0${specifier}`])),
    platform: 'node',
    // The packages that load files beside themselves, and are imported by some of the bundled ones.
    external: ['pino'],
    // It warns of optional packages that are not installed. Node.js would say so only where one is needed, and so does the bundle.
    logLevel: 'silent',
    plugins: [
      {
        name: 'entries',
        resolveId: (id) => (sources.has(id) ? id : undefined),
        load: (id) => sources.get(id),
      },
    ],
  });
  const { output } = await build.write({
    dir: directory,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    // Modules run in the order of their imports, as without a bundle: `reflect-metadata` before those who call it.
    strictExecutionOrder: true,
    comments: false,
  });
  await build.close();
  return {
    sizes: Object.fromEntries(output.map(({ fileName }) => [fileName, statSync(join(directory, fileName)).size])),
    entries: Object.fromEntries(output.flatMap((file) => (file.type === 'chunk' && file.isEntry ? [[file.name, file.fileName]] : []))),
  };
}

/** The source of a specifier's entry, which exports what Node.js exports to whoever imports the specifier. */
async function entryOf(specifier: string): Promise<string> {
  const names = Object.keys((await import(specifier)) as object);
  const quoted = JSON.stringify(specifier);
  // CommonJS: Node.js finds the names by reading the source, and a bundler does not.
  if (names.includes('module.exports')) {
    const named = names.filter((name) => name !== 'default' && name !== 'module.exports');
    return `import all from ${quoted}; export default all; export const { ${named.join(', ')} } = all;`;
  }
  return `export * from ${quoted};${names.includes('default') ? ` export { default } from ${quoted};` : ''}`;
}

if (process.argv[1] === import.meta.filename) {
  const [directory = '', ...specifiers] = process.argv.slice(2);
  await bundle(directory, specifiers);
}
