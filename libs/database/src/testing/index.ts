export { TestDatabase } from './test-database.ts';
export { type CommitCut, DatabaseProxy } from './database-proxy.ts';
