export { FundedTestEnvironment } from './funded-world.ts';
