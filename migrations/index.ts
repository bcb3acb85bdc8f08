import { Foundation1764000000001 } from './1764000000001-foundation.ts';

/** All migrations, in the order in which they run. */
export const migrations = [Foundation1764000000001];
