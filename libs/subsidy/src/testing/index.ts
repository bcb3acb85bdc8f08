export { lin, owner, ParkWorld, person, reviewer, zhao } from './park-world.ts';
