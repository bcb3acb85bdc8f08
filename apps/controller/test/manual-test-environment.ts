import { inspect } from 'node:util';
import { LeadershipSettings } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { ManualClock } from '#kernel';
import { gpuPool, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerTestEnvironment, type TestEnvironmentOptions } from './controller-test-environment.ts';
import { TurnedController } from './turned-controller.ts';

const START = new Date('2026-10-01T00:00:00Z');
/** No more than the tests need: each turn of the admission reads all of them. */
const NODES = [gpuPool('h800', 4, 'nvidia.com/gpu', '128', '2Ti')];
/** The longest that a test waits for something, on the clock of the test. */
const LONGEST_WAIT_SECONDS = 4 * 3_600;
/** The longest that such a wait takes in real time: less than Jest's own limit, so that a failing test says what it waited for. */
const DEADLINE_MS = 50_000;
/** A machine that stalls for less than this ends no term. */
const LEASE_MS = 120_000;
/** The schedules that take a job through its life. */
export const TURNS_OF_JOBS = ['admission', 'workloads', 'metering', 'last-seen'] as const;

export interface ManualTestEnvironmentOptions extends Omit<TestEnvironmentOptions, 'database' | 'leadership'> {
  /** Names of the schedules whose turns are taken when they are due: those of jobs, unless this says others. */
  readonly turns?: readonly string[];
}

/**
 * The real controller beside a simulated cluster, on a clock that only the test moves. Nothing runs by itself: whenever the clock stops,
 * the cluster plays what is due, the real client and the signals of the database bring it to the controller, and the turns that are due
 * are taken one after the other until none is. So each fact has its exact second, whatever the speed of the machine.
 */
export class ManualTestEnvironment extends ControllerTestEnvironment<ManualClock> {
  #turned: TurnedController | undefined;

  static async start(options: ManualTestEnvironmentOptions = {}): Promise<ManualTestEnvironment> {
    const ownDatabase = await TestDatabase.create();
    const clock = new ManualClock(START);
    const funds = await FundedTestEnvironment.create(ownDatabase.transactions, clock);
    const cluster = await SimulatedCluster.start({ clock, nodes: NODES, ...options.cluster });
    const settings = { meteringTickSeconds: 30, holdHorizonSeconds: 600, ...options.settings };
    const given = { ...options, settings, leadership: new LeadershipSettings(LEASE_MS) };
    const environment = new ManualTestEnvironment(clock, ownDatabase, funds, cluster, ownDatabase, given);
    environment.#turned = new TurnedController(await environment.compileController(), clock, cluster, options.turns ?? TURNS_OF_JOBS);
    return environment;
  }

  override async stop(): Promise<void> {
    await this.#turned?.stop();
    await super.stop();
  }

  /** Takes one turn of a schedule now, and of no other. */
  async turn(name: string): Promise<void> {
    await this.#controller.turn(name);
  }

  /** Runs `work` while the turns of some schedules are not taken when they are due, as if their loops failed. */
  async without(names: readonly string[], work: () => Promise<void>): Promise<void> {
    await this.#controller.without(names, work);
  }

  /** Takes all turns that are due at this instant. */
  async settle(): Promise<void> {
    await this.#controller.settle();
  }

  /** Lets time pass. The clock stops wherever something is due, and the turns that are due then are taken. */
  async advance(seconds: number): Promise<void> {
    const until = this.clock.now().getTime() + seconds * 1_000;
    await this.settle();
    while (this.#moveOn(until)) await this.#controller.takeDue();
  }

  /** Moves the clock in one step, and takes the turns that are due then. Those that fell due in between are not taken. */
  async leap(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1_000);
    await this.settle();
  }

  /** Lets time pass until what it sees is right. @throws Error with what it saw last */
  override async waitFor<T, R extends T = T>(
    what: string,
    look: () => Promise<T>,
    isRight: ((seen: T) => seen is R) | ((seen: T) => boolean),
  ): Promise<R> {
    const until = this.clock.now().getTime() + LONGEST_WAIT_SECONDS * 1_000;
    const deadline = performance.now() + DEADLINE_MS;
    await this.settle();
    for (;;) {
      const seen = await look();
      if (isRight(seen)) return seen as R;
      if (performance.now() > deadline || !this.#moveOn(until)) {
        const waited = LONGEST_WAIT_SECONDS - (until - this.clock.now().getTime()) / 1_000;
        throw new Error(`waited ${waited} s of the test's clock for ${what}; saw last: ${inspect(seen, { depth: 6, breakLength: 140 })}`);
      }
      await this.#controller.takeDue();
    }
  }

  /** Moves the clock to the next instant at which something is due, `until` at the latest. @returns whether it was before `until` */
  #moveOn(until: number): boolean {
    const now = this.clock.now().getTime();
    if (now >= until) return false;
    const cluster = this.cluster.nextEventAt()?.getTime() ?? Number.POSITIVE_INFINITY;
    this.clock.moveTo(new Date(Math.min(until, Math.max(now, Math.min(cluster, this.#controller.nextDueAt)))));
    return true;
  }

  get #controller(): TurnedController {
    if (this.#turned === undefined) throw new Error('the controller is not started');
    return this.#turned;
  }
}
