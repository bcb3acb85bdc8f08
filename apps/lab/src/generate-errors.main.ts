import { writeFile } from 'node:fs/promises';
import { errorCodesInSources } from './error-codes.ts';
import { errorList, errorTable, operationErrors } from './error-table.ts';

// Run from the top level by `npm run generate:errors`.
const codes = errorCodesInSources();
await writeFile('libs/ERRORS.md', errorTable(codes));
await writeFile('apps/api/src/errors/error-list.ts', errorList(codes));
await writeFile('apps/api/src/errors/operation-errors.ts', operationErrors(codes));
