import { writeFile } from 'node:fs/promises';
import { errorCodesInSources } from './error-codes.ts';
import { errorTable, listedErrors, operationErrors } from './error-table.ts';

// Run from the top level by `npm run generate:errors`.
const codes = errorCodesInSources();
await writeFile('libs/ERRORS.md', errorTable(codes));
await writeFile('apps/api/src/errors/error-list.json', JSON.stringify(listedErrors(codes)));
await writeFile('apps/api/src/errors/operation-errors.json', JSON.stringify(operationErrors(codes)));
