import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControllerProcess } from './controller-process.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { holdUpTurns, urlFor } from './stale-writes.ts';
import type { Story } from './story.ts';

/** Longest that a fault waits for a controller to come up; the database may be away. */
const MOST_STARTING_MILLISECONDS = 3_000;

/** Longest that a controller may take to end its turns and resign. */
const MOST_STOPPING_MILLISECONDS = 10_000;

/** So long turns are held up before a controller is paused, that each of its loops has begun one. */
const HELD_UP_MILLISECONDS = 150;

/** The controllers of a seed: at least one unless it was just killed. */
export class Controllers {
  readonly #all: ControllerProcess[] = [];

  constructor(
    private readonly story: Story,
    private readonly ownerUrl: string,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly plant?: PlantedBug,
  ) {}

  /** Those that live, oldest first. */
  get living(): ControllerProcess[] {
    return this.#all.filter((controller) => controller.runs);
  }

  /** Controllers that ended by themselves. */
  get crashed(): ControllerProcess[] {
    return this.#all.filter((controller) => controller.crashed);
  }

  start(): void {
    const number = this.#all.length + 1;
    const variables = { ...this.variables, DATABASE_URL: urlFor(this.ownerUrl, number) };
    this.#all.push(new ControllerProcess(path.join(this.story.directory, `controller-${number}.log`), variables, this.plant));
    this.story.tell(`controller ${number} starts`);
  }

  /** Waits until the first one is up. @throws Error when it is not after `milliseconds` */
  async untilReady(milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (this.living[0]?.isReady !== true) {
      if (performance.now() > deadline) throw new Error(`no controller is up after ${milliseconds} ms`);
      await sleep(20);
    }
    this.story.tell('the first controller is up');
  }

  /** Asks all of them to end, as a deployment does. @returns the logs of those that did not */
  async stop(): Promise<string[]> {
    const living = this.living;
    const stopped = await Promise.all(living.map((controller) => controller.stop(MOST_STOPPING_MILLISECONDS)));
    return living.filter((_, index) => stopped[index] !== true).map(({ logFile }) => logFile);
  }

  async kill(which: 'older' | 'newer' | 'all' = 'all'): Promise<void> {
    const living = this.living;
    const doomed = which === 'all' ? living : which === 'older' ? living.slice(0, 1) : living.slice(-1);
    await Promise.all(doomed.map((controller) => controller.kill()));
    this.story.tell(`killed ${doomed.length} controllers (${which})`);
  }

  /** Stops the oldest in the middle of whatever it does while another one is there, and lets it go on after `milliseconds`. */
  async pauseOldest(milliseconds: number): Promise<void> {
    const [oldest] = this.living;
    if (oldest === undefined) return;
    if (this.living.length === 1) this.start();
    // The other one comes up before, so that it is there to take over.
    for (let waited = 0; waited < MOST_STARTING_MILLISECONDS && this.living.at(-1)?.isReady === false; waited += 50) await sleep(50);
    const letGo = await holdUpTurns(this.ownerUrl);
    await sleep(HELD_UP_MILLISECONDS);
    oldest.pause();
    await letGo();
    await sleep(milliseconds);
    oldest.continue();
    this.story.tell('the paused controller goes on');
  }
}
