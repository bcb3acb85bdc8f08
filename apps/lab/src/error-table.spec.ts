import { readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { type ErrorCodes, errorCodesInSources } from './error-codes.ts';
import { errorTable, listedErrors, operationErrors } from './error-table.ts';

const written = async (name: string): Promise<unknown> => JSON.parse(await readFile(`apps/api/src/errors/${name}.json`, 'utf8'));

describe('the error codes', () => {
  let codes: ErrorCodes;
  beforeAll(() => {
    codes = errorCodesInSources();
  });

  it('are listed with meaning and remedy as `npm run generate:errors` writes them', async () => {
    const list = await readFile('libs/ERRORS.md', 'utf8');
    expect(await format(errorTable(codes), { parser: 'markdown', printWidth: 140 })).toBe(list);
  });

  it('are described for each operation as `npm run generate:errors` writes them', async () => {
    expect(JSON.parse(JSON.stringify(operationErrors(codes)))).toEqual(await written('operation-errors'));
  });

  it('are what `GET /errors` answers', async () => {
    expect(listedErrors(codes)).toEqual(await written('error-list'));
  });

  it('are complete: each code that a source throws by its name is listed', async () => {
    const { glob } = await import('node:fs/promises');
    const listed = new Set(listedErrors(codes).map(({ code }) => code));
    const missing: string[] = [];
    for await (const file of glob('{libs,apps/api}/**/src/**/*.ts')) {
      if (/spec\.ts$|\/testing\//.test(file)) continue;
      const source = await readFile(file, 'utf8');
      for (const [, code = ''] of source.matchAll(/new (?:DomainError|JobRefused)\(\s*'([^']+)'/g))
        if (!listed.has(code)) missing.push(`${code} in ${file}`);
    }
    expect(missing).toEqual([]);
  });
});
