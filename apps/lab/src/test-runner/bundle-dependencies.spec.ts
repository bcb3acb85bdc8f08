import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundledDependencies } from './bundle-dependencies.ts';

const ROOT = path.join(import.meta.dirname, '../../../..');
const specifiers = Object.keys(bundledDependencies());
/** Prints the names that Node.js finds in each package. */
const PRINT_NAMES = `
  const names = {};
  for (const specifier of process.argv.slice(1)) names[specifier] = Object.keys(await import(specifier));
  console.log(JSON.stringify(names));`;

describe('the bundle of the packages that tests import', () => {
  it('exports what Node.js exports from node_modules', async () => {
    const words = ['--input-type=module', '--eval', PRINT_NAMES, ...specifiers];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT, maxBuffer: 2 ** 24 });
    const expected = JSON.parse(stdout) as Record<string, string[]>;
    expect(Object.keys(expected)).toContain('typeorm');
    for (const specifier of specifiers) {
      const found = Object.keys((await import(specifier)) as object);
      const missing = expected[specifier]?.filter((name) => name !== 'module.exports' && !found.includes(name));
      expect({ specifier, missing }).toEqual({ specifier, missing: [] });
    }
  });

  it('has each class once, whichever package uses it', async () => {
    const [{ NestFactory }, { ConfigModule }, { DataSource }, { getDataSourceToken }] = await Promise.all([
      import('@nestjs/core'),
      import('@nestjs/config'),
      import('typeorm'),
      import('@nestjs/typeorm'),
    ]);
    expect(getDataSourceToken()).toBe(DataSource);
    const app = await NestFactory.createApplicationContext(ConfigModule.forRoot({ ignoreEnvFile: true }), { logger: false });
    await app.close();
  });
});
