import { ChaosDatabase } from './chaos-database.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { runSeed, type SeedResult } from './seed-run.ts';

export interface SeedOrder {
  readonly seed: number;
  readonly folder: string;
  readonly plant?: PlantedBug;
}
/** What the chaos run asks of a worker: a seed to run, or to end. */
export type Order = SeedOrder | 'end';
/** What a worker answers to a seed. */
export type Answer = { readonly result: SeedResult } | { readonly seed: number; readonly failed: string };

const database = await ChaosDatabase.start();
let turn = Promise.resolve();

async function obey(order: Order): Promise<void> {
  if (order === 'end') {
    await database.stop();
    process.exit(0);
  }
  try {
    tell({ result: await runSeed(order.seed, database, order.folder, order.plant) });
  } catch (error) {
    tell({ seed: order.seed, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function tell(answer: Answer): void {
  process.send?.(answer);
}

process.on('message', (order: Order) => {
  turn = turn.then(() => obey(order));
});
// Whoever gave the orders is gone: nothing of this process group is of use to anybody.
process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
process.send?.('ready');
