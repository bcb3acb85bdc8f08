export { FundedTestEnvironment } from './funded-test-environment.ts';
