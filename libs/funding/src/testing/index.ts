export { FundedWorld } from './funded-world.ts';
