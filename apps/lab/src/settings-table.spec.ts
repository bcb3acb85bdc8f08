import { readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { withSettingsTable } from './settings-table.ts';

describe('the table of settings in README', () => {
  it('is the one that `npm run generate:settings` writes', async () => {
    const readme = await readFile('README.md', 'utf8');
    expect(await format(withSettingsTable(readme), { parser: 'markdown', printWidth: 140 })).toBe(readme);
  });
});
