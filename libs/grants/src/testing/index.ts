export { GrantsTestEnvironment, lin, person } from './grants-test-environment.ts';
