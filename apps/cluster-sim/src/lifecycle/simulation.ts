import type { EventQueue } from '../time/event-queue.ts';
import type { SeededRandom } from '../time/seeded-random.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { SimulationSettings } from './simulation-settings.ts';

/** What every part of the simulated cluster uses. */
export interface Simulation {
  readonly store: ObjectStore;
  readonly events: EventQueue;
  readonly random: SeededRandom;
  /** Of objects' UIDs alone: no two starts of a cluster give out the same, whatever the seed. */
  readonly uids: SeededRandom;
  readonly settings: SimulationSettings;
}
