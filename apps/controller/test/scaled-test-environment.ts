import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TestingModule } from '@nestjs/testing';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { ScaledClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerTestEnvironment, type TestEnvironmentOptions } from './controller-test-environment.ts';

const SPEEDUP = 30;
/** Three real seconds: a busy machine that stalls for one must not look like a controller that stops too late (rule F6). */
const REACTION_SECONDS = 3 * SPEEDUP;

/**
 * The real controller with its loops, beside a simulated cluster, on a clock that runs 30 times as fast: for the few stories that need the
 * loops themselves. Rules are tested in `ManualTestEnvironment`, which depends on no machine's speed.
 */
export class ScaledTestEnvironment extends ControllerTestEnvironment<ScaledClock> {
  readonly #listening: NestFastifyApplication[] = [];

  static async start(options: TestEnvironmentOptions = {}): Promise<ScaledTestEnvironment> {
    const ownDatabase = options.database === undefined ? await TestDatabase.create() : undefined;
    const database = options.database ?? ownDatabase;
    if (database === undefined) throw new Error('no database was made');
    const clock = new ScaledClock(SPEEDUP);
    const funds = await FundedTestEnvironment.create(database.transactions, clock);
    const cluster = await SimulatedCluster.start({ clock, ...options.cluster });
    const settings = { meteringTickSeconds: 30, holdHorizonSeconds: 600, reactionSeconds: REACTION_SECONDS, ...options.settings };
    const environment = new ScaledTestEnvironment(clock, database, funds, cluster, ownDatabase, { ...options, settings });
    await environment.startController();
    return environment;
  }

  /** Starts one more controller. */
  async startController(): Promise<TestingModule> {
    const controller = await this.compileController();
    await controller.init();
    return controller;
  }

  /** Stops the first controller, and starts one with an HTTP port in its place. @returns where it answers */
  async startListening(): Promise<string> {
    await this.controller.close();
    const app = (await this.compileController()).createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.listen(0, '127.0.0.1');
    this.#listening.push(app);
    return await app.getUrl();
  }

  override async stop(): Promise<void> {
    // A module that is closed leaves the port of its application open.
    for (const app of this.#listening) await app.getHttpAdapter().close();
    await super.stop();
  }

  override async waitFor<T, R extends T = T>(
    what: string,
    look: () => Promise<T>,
    isRight: ((seen: T) => seen is R) | ((seen: T) => boolean),
  ): Promise<R> {
    return await eventually(what, look, isRight);
  }
}
