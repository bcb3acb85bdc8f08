import { readFile, writeFile } from 'node:fs/promises';
import { withSettingsTable } from './settings-table.ts';

// Run from the top level by `npm run generate:settings`.
await writeFile('README.md', withSettingsTable(await readFile('README.md', 'utf8')));
