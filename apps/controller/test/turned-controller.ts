import { setImmediate as nextTask } from 'node:timers/promises';
import type { TestingModule } from '@nestjs/testing';
import { type LeaderTerm, Leadership, notify, Signals, Transactions } from '#database';
import type { Clock } from '#kernel';
import type { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { PodCache } from '../src/pod-cache.ts';
import { dueAfter } from '../src/schedules/due-after.ts';
import type { Schedule } from '../src/schedules/schedule.ts';
import { Schedules } from '../src/schedules.ts';

/** Topic of a signal of the tests. It arrives after all that were sent before it, because PostgreSQL keeps their order. */
const SENTINEL_TOPIC = 'test-sentinel';
/** Real time that an event of the cluster or a signal of the database may take to arrive. */
const ARRIVAL_MS = 30_000;
/** More turns than this without any time between them follow each other for ever. */
const MOST_TURNS_AT_ONCE = 500;

/** A schedule, and what the test has done of it. */
interface Turned {
  readonly schedule: Schedule;
  term: LeaderTerm | undefined;
  /** Milliseconds of the clock. */
  dueAt: number;
  woken: boolean;
}

/**
 * The schedules of a controller without its loops: turns are taken one after the other, where the test asks for them. Each schedule leads
 * under a real term. A turn is due when the loop would begin it: at the end of its pause, and after a signal of the database or a change of
 * a pod that it listens to.
 */
export class TurnedController {
  readonly #turned: readonly Turned[];
  readonly #leadership: Leadership;
  readonly #pods: PodCache;
  readonly #signals: Signals;
  readonly #transactions: Transactions;
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;
  #sentinel: () => void = () => undefined;

  /** @param controller is compiled, and its loops are not started */
  constructor(
    controller: TestingModule,
    private readonly clock: Clock,
    private readonly cluster: SimulatedCluster,
  ) {
    const now = clock.now().getTime();
    const schedules = controller.get(Schedules, { strict: false }).all();
    this.#turned = schedules.map((schedule) => ({ schedule, term: undefined, dueAt: now, woken: false }));
    this.#leadership = controller.get(Leadership, { strict: false });
    this.#transactions = controller.get(Transactions, { strict: false });
    this.#signals = controller.get(Signals, { strict: false });
    this.#pods = controller.get(PodCache, { strict: false });
    this.#signals.listen(SENTINEL_TOPIC, () => this.#sentinel());
    for (const turned of this.#turned) this.#listen(turned);
    this.#following = this.#pods.follow(this.#stop.signal);
  }

  /** When the next turn is due, in milliseconds of the clock. */
  get nextDueAt(): number {
    return Math.min(...this.#turned.map(({ dueAt }) => dueAt));
  }

  /** Takes one turn of a schedule now, whether it is due or not. */
  async turn(name: string): Promise<void> {
    const turned = this.#turned.find(({ schedule }) => schedule.name === name);
    if (turned === undefined) throw new Error(`there is no schedule ${name}`);
    await this.#arrivals();
    await this.#take(turned);
  }

  /** Takes all turns that are due, in the order of the schedules, until none is. The clock stands still meanwhile. */
  async settle(): Promise<void> {
    const taken: string[] = [];
    for (;;) {
      await this.#arrivals();
      const now = this.clock.now().getTime();
      const due = this.#turned.find(({ dueAt, woken }) => woken || dueAt <= now);
      if (due === undefined) return;
      await this.#take(due);
      taken.push(due.schedule.name);
      if (taken.length > MOST_TURNS_AT_ONCE)
        throw new Error(`${taken.length} turns at one instant, and more are due; the last were ${taken.slice(-10).join(', ')}`);
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
    for (const { term } of this.#turned) await term?.release();
  }

  #listen(turned: Turned): void {
    const { trigger } = turned.schedule;
    const wake = (): void => {
      turned.woken = true;
    };
    if (trigger.kind !== 'event') return;
    for (const topic of trigger.topics) this.#signals.listen(topic, wake);
    if (trigger.pods === true) this.#pods.onChange(wake);
  }

  async #take(turned: Turned): Promise<void> {
    const { schedule } = turned;
    turned.term ??= await this.#leadership.tryAcquire(schedule.name);
    if (turned.term === undefined) throw new Error(`another process leads ${schedule.name}`);
    turned.woken = false;
    const startedAt = this.clock.now();
    const pause = await schedule.turn(turned.term);
    turned.dueAt = dueAfter(schedule.trigger, startedAt, this.clock.now(), pause).getTime();
  }

  /** Waits until everything that has happened has reached the controller: events of pods, and signals of the database. */
  async #arrivals(): Promise<void> {
    this.cluster.settle();
    const version = this.cluster.podsVersion;
    await arrival(`the pods of version ${version}`, () => this.#pods.synced && this.#pods.hasReceived(version));
    let arrived = false;
    this.#sentinel = () => (arrived = true);
    await notify(this.#transactions.reader, SENTINEL_TOPIC);
    await arrival('a signal of the database', () => arrived);
  }
}

async function arrival(what: string, hasArrived: () => boolean): Promise<void> {
  const deadline = performance.now() + ARRIVAL_MS;
  while (!hasArrived()) {
    if (performance.now() > deadline) throw new Error(`waited ${ARRIVAL_MS} ms for ${what}`);
    await nextTask();
  }
}
