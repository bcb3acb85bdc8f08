export { lin, owner, ParkTestEnvironment, person, reviewer, zhao } from './park-world.ts';
