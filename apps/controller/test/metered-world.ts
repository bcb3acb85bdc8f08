import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { systemActor } from '#audit';
import { DatabaseModule, databaseSettings } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedWorld } from '#funding/testing';
import { BusinessCalendar, Clock, ScaledClock } from '#kernel';
import { type Job, type JobEvent, Jobs, JobSettings, parseJobFile } from '#jobs';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../src/index.ts';

export const engineer = systemActor('engineer');

@Module({})
class Runtime {}

/** The database a controller works on: its own, or one that a test stops and starts. */
export type GivenDatabase = Pick<TestDatabase, 'url' | 'transactions'>;

/** The real controller on a real database, beside a simulated cluster, on a clock that runs 30 times as fast. */
export class MeteredWorld {
  readonly #controllers: TestingModule[] = [];
  #jobs: Jobs | undefined;

  private constructor(
    readonly clock: ScaledClock,
    private readonly settings: ControllerSettings,
    readonly database: GivenDatabase,
    readonly cluster: SimulatedCluster,
    readonly funds: FundedWorld,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async start(given: { database?: GivenDatabase; settings?: Partial<ControllerSettings> } = {}): Promise<MeteredWorld> {
    const clock = new ScaledClock(30);
    const { database, drop } = given.database === undefined ? await ownDatabase() : { database: given.database, drop: nothingToDrop };
    const funds = await FundedWorld.create(database.transactions, clock);
    const cluster = await SimulatedCluster.start({ clock });
    const settings = new ControllerSettings({ meteringTickSeconds: 30, holdHorizonSeconds: 600, ...given.settings });
    const world = new MeteredWorld(clock, settings, database, cluster, funds, drop);
    await world.startController();
    return world;
  }

  /** Starts one more controller. */
  async startController(): Promise<TestingModule> {
    const controller = await Test.createTestingModule({
      imports: [
        {
          module: Runtime,
          global: true,
          providers: [
            { provide: Clock, useValue: this.clock },
            { provide: BusinessCalendar, useValue: new BusinessCalendar() },
          ],
          exports: [Clock, BusinessCalendar],
        },
        DatabaseModule.with(databaseSettings(this.database.url)),
        ControllerModule.with({ kubeconfig: this.cluster.kubeconfigYaml }, this.settings, new JobSettings()),
      ],
    }).compile();
    controller.useLogger(process.env.SHOW_LOG === undefined ? false : console);
    await controller.init();
    this.#controllers.push(controller);
    this.#jobs ??= controller.get(Jobs);
    return controller;
  }

  get jobs(): Jobs {
    if (this.#jobs === undefined) throw new Error('no controller was started');
    return this.#jobs;
  }

  async stop(): Promise<void> {
    for (const controller of this.#controllers) await controller.close();
    await this.cluster.stop();
    await this.dropDatabase();
  }

  /** Submits two pods of four GPUs, unless `spec` says otherwise, that run as the `annotations` tell the cluster. */
  async submit(tenantId: string, annotations: Record<string, string>, spec: object = {}): Promise<Job> {
    const file = {
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name: 'sft-7b', annotations },
      spec: {
        ...{ gpuClass: 'h800', replicas: 2, gpusPerReplica: 4, image: 'registry.park.example/train:1', maxRuntime: '30m' },
        ...{ checkpoint: { grace: '20s' }, selfPay: true },
        ...spec,
      },
    };
    return await this.database.transactions.run((tx) => this.jobs.submit(tx, engineer, tenantId, parseJobFile(file)));
  }

  /** Waits until `holds` of the job. */
  async untilJob(id: string, holds: (job: Job) => boolean): Promise<Job> {
    for (;;) {
      const job = await this.jobs.get(this.database.transactions.reader, id).catch(() => undefined);
      if (job !== undefined && holds(job)) return job;
      await sleep(100);
    }
  }

  async until(job: Job, states: readonly string[]): Promise<Job> {
    return await this.untilJob(job.id, ({ state }) => states.includes(state));
  }

  async events(job: Job): Promise<JobEvent[]> {
    return await this.jobs.events(this.database.transactions.reader, job.id);
  }

  /** GPU-seconds that the ledger charged for a job, to whomever. */
  async charged(job: Job): Promise<bigint> {
    const entries = (await this.funds.journal.ofJob(this.database.transactions.reader, job.id, { limit: 1_000 })).items;
    return entries.flatMap((entry) => entry.postings).reduce((sum, posting) => sum + (posting.gpuSeconds ?? 0n), 0n);
  }

  /** GPU-seconds that the cluster's own record says a job ran. */
  trulyRun(job: Job): bigint {
    return this.cluster.truth().reduce((sum, pod) => (pod.labels['speedspace.io/job'] === job.id ? sum + BigInt(pod.gpuSeconds) : sum), 0n);
  }
}

async function ownDatabase() {
  const database = await TestDatabase.create();
  return { database, drop: async () => await database.drop() };
}

async function nothingToDrop(): Promise<void> {
  // A database that was given is its giver's to drop.
}
