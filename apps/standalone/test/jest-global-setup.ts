/** Compiles once for all tests that start compiled processes. */
export { build as default } from './processes.ts';
