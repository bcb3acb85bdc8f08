export { lin, owner, ParkTestEnvironment, person, reviewer, zhao } from './park-test-environment.ts';
