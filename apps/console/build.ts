/** Builds the console into `dist/console`, unless the console of the same sources is there already. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'dist/console');
const stamp = path.join(output, 'sources.sha256');

const SOURCES = ['apps/console/**/*', 'libs/api-client/src/*.ts', 'libs/kernel/src/*.ts', 'package-lock.json'];

const files = globSync(SOURCES, { cwd: root, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name))
  .sort();
const digest = createHash('sha256');
for (const file of files) {
  digest.update(`${path.relative(root, file)}\n`).update(readFileSync(file));
}
const sources = digest.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
  await build({ configFile: path.join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(stamp, sources);
}
