import { setTimeout as sleep } from 'node:timers/promises';
import type { TestingModule } from '@nestjs/testing';
import { NodeCache } from '#cluster';
import { type LeaderTerm, Leadership, notify, Signals, Transactions } from '#database';
import type { Clock } from '#kernel';
import type { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { PodCache } from '../src/pod-cache.ts';
import { PodEventBuffer } from '../src/pod-event-buffer.ts';
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
  /** Those whose turns are taken when they are due. */
  #byItself: readonly Turned[];
  readonly #leadership: Leadership;
  readonly #pods: PodCache;
  readonly #nodes: NodeCache;
  readonly #signals: Signals;
  readonly #transactions: Transactions;
  readonly #stop = new AbortController();
  readonly #following: Promise<unknown>;
  #sentinel: () => void = () => undefined;

  /**
   * @param controller is compiled, and its loops are not started
   * @param byItself names the schedules whose turns are taken when they are due; the others wait for `turn`
   */
  constructor(
    controller: TestingModule,
    private readonly clock: Clock,
    private readonly cluster: SimulatedCluster,
    byItself: readonly string[],
  ) {
    const now = clock.now().getTime();
    const schedules = controller.get(Schedules, { strict: false }).all();
    this.#turned = schedules.map((schedule) => ({ schedule, term: undefined, dueAt: now, woken: false }));
    this.#byItself = this.#turned.filter(({ schedule }) => byItself.includes(schedule.name));
    this.#leadership = controller.get(Leadership, { strict: false });
    this.#transactions = controller.get(Transactions, { strict: false });
    this.#signals = controller.get(Signals, { strict: false });
    this.#pods = controller.get(PodCache, { strict: false });
    this.#nodes = controller.get(NodeCache, { strict: false });
    this.#signals.listen(SENTINEL_TOPIC, () => this.#sentinel());
    for (const turned of this.#turned) this.#listen(turned);
    this.#following = Promise.all([
      this.#pods.follow(this.#stop.signal),
      this.#nodes.follow(this.#stop.signal),
      controller.get(PodEventBuffer, { strict: false }).follow(this.#stop.signal),
    ]);
  }

  /** When the next turn is due by itself, in milliseconds of the clock. */
  get nextDueAt(): number {
    return Math.min(...this.#byItself.map(({ dueAt }) => dueAt));
  }

  /** Takes one turn of a schedule now, whether it is due or not. */
  async turn(name: string): Promise<void> {
    const turned = this.#turned.find(({ schedule }) => schedule.name === name);
    if (turned === undefined) throw new Error(`there is no schedule ${name}`);
    await this.#clusterArrives();
    await this.#signalsArrive();
    await this.#take(turned);
  }

  /** Runs `work` while the turns of some schedules are not taken when they are due. */
  async without(names: readonly string[], work: () => Promise<void>): Promise<void> {
    const before = this.#byItself;
    this.#byItself = before.filter(({ schedule }) => !names.includes(schedule.name));
    try {
      await work();
    } finally {
      this.#byItself = before;
    }
  }

  /** Takes the turns that are due by themselves, after whatever the test or the cluster has done. The clock stands still meanwhile. */
  async settle(): Promise<void> {
    await this.#signalsArrive();
    await this.takeDue();
  }

  /** Takes the turns that are due by themselves, in the order of the schedules, until none is. For when only the clock has moved. */
  async takeDue(): Promise<void> {
    const taken: string[] = [];
    await this.#clusterArrives();
    for (;;) {
      const now = this.clock.now().getTime();
      const due = this.#byItself.find(({ dueAt, woken }) => woken || dueAt <= now);
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
    if (trigger.pods !== undefined) this.#pods.onChange(trigger.pods, wake);
    if (trigger.nodes === true) this.#nodes.onChange(wake);
  }

  async #take(turned: Turned): Promise<void> {
    const { schedule } = turned;
    turned.term ??= await this.#leadership.tryAcquire(schedule.name);
    if (turned.term === undefined) throw new Error(`another process leads ${schedule.name}`);
    turned.woken = false;
    const startedAt = this.clock.now();
    const pause = await schedule.turn(turned.term);
    turned.dueAt = dueAfter(schedule.trigger, startedAt, this.clock.now(), pause).getTime();
    await this.#clusterArrives();
    await this.#signalsArrive();
  }

  /** Lets the cluster play what is due, and waits until its changes of pods and nodes have reached the controller. */
  async #clusterArrives(): Promise<void> {
    this.cluster.settle();
    const { podsVersion, nodesVersion } = this.cluster;
    const hasArrived = (): boolean =>
      this.#pods.synced && this.#pods.hasReceived(podsVersion) && this.#nodes.synced && this.#nodes.hasReceived(nodesVersion);
    const deadline = performance.now() + ARRIVAL_MS;
    while (!hasArrived()) {
      if (performance.now() > deadline)
        throw new Error(`waited ${ARRIVAL_MS} ms for the pods of version ${podsVersion} and the nodes of version ${nodesVersion}`);
      await sleep(1);
    }
  }

  /** Waits until the signals of all transactions that are committed have reached the controller. */
  async #signalsArrive(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const timeout = setTimeout(() => reject(new Error(`waited ${ARRIVAL_MS} ms for a signal of the database`)), ARRIVAL_MS);
    this.#sentinel = () => resolve(undefined);
    await notify(this.#transactions.reader, SENTINEL_TOPIC);
    await promise.finally(() => clearTimeout(timeout));
  }
}
