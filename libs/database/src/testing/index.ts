export { TestDatabase } from './test-database.ts';
