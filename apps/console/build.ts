import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'dist/console');
const stamp = path.join(output, 'sources.sha256');

const SOURCES = [
  'apps/console/{index.html,*.ts}',
  'apps/console/{src,public}/**/*',
  'libs/api-client/src/*.ts',
  'libs/kernel/src/*.ts',
  'package-lock.json',
];

/** Builds the console into `dist/console`, unless the console of the same sources is there already. */
export async function buildConsole(): Promise<void> {
  const sources = digestOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  // Vite is loaded only where it has work.
  const { build } = await import('vite');
  const environment = process.env['NODE_ENV'];
  // Vite takes another value of the caller, such as Jest's, and would build React and antd for development.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ configFile: path.join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn' });
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = environment;
  }
  compress(path.join(output, 'assets'));
  writeFileSync(stamp, sources);
}

/** Writes each file in two compressed forms beside it, which the API sends to browsers that take them. */
function compress(directory: string): void {
  for (const name of readdirSync(directory)) {
    const content = readFileSync(path.join(directory, name));
    writeFileSync(path.join(directory, `${name}.gz`), gzipSync(content, { level: 9 }));
    writeFileSync(path.join(directory, `${name}.br`), brotliCompressSync(content));
  }
}

function digestOfSources(): string {
  const files = globSync(SOURCES, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const digest = createHash('sha256');
  for (const file of files) digest.update(`${path.relative(root, file)}\n`).update(readFileSync(file));
  return digest.digest('hex');
}

// Without a top-level await, because Jest requires this module. A rejection ends the process with an error.
if (import.meta.main) void buildConsole();
