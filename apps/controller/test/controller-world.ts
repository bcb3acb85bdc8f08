import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { systemActor } from '#audit';
import { DatabaseModule, databaseSettings } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedWorld } from '#funding/testing';
import type { MailSettings } from '#identity';
import { BusinessCalendar, Clock, ScaledClock } from '#kernel';
import { type Job, type JobEvent, Jobs, JobSettings, type JobState, parseJobFile } from '#jobs';
import { type ClusterOptions, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../src/index.ts';

export const person = systemActor('engineer');
const SPEEDUP = 30;
const LOOK_MILLISECONDS = 100;

@Module({})
class Runtime {}

/** The controller beside a simulated cluster and a database of its own, on a compressed clock. */
export class ControllerWorld {
  private constructor(
    readonly clock: Clock,
    readonly database: TestDatabase,
    readonly funded: FundedWorld,
    readonly cluster: SimulatedCluster,
    readonly app: TestingModule,
  ) {}

  static async start(options: { settings?: ControllerSettings; nodes?: ClusterOptions['nodes']; mail?: MailSettings } = {}) {
    const clock = new ScaledClock(SPEEDUP);
    const database = await TestDatabase.create();
    const funded = await FundedWorld.create(database.transactions, clock);
    const cluster = await SimulatedCluster.start({ clock, ...(options.nodes !== undefined && { nodes: options.nodes }) });
    const runtime = [
      { provide: Clock, useValue: clock },
      { provide: BusinessCalendar, useValue: new BusinessCalendar() },
    ];
    const app = await Test.createTestingModule({
      imports: [
        { module: Runtime, global: true, providers: runtime, exports: [Clock, BusinessCalendar] },
        DatabaseModule.with(databaseSettings(database.url)),
        ControllerModule.with(
          { kubeconfig: cluster.kubeconfigYaml },
          options.settings ?? new ControllerSettings({ meteringTickSeconds: 30, holdHorizonSeconds: 600 }),
          new JobSettings(),
          options.mail,
        ),
      ],
    }).compile();
    app.useLogger(process.env['SHOW_LOG'] === undefined ? false : console);
    await app.init();
    return new ControllerWorld(clock, database, funded, cluster, app);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.cluster.stop();
    await this.database.drop();
  }

  /** Two pods of four GPUs, twenty minutes long unless `spec` and `runTime` say otherwise. */
  async submit(tenantId: string, spec: object = {}, runTime = '20m'): Promise<Job> {
    const file = {
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name: 'sft-7b', annotations: { 'sim.speedspace.io/run-time': runTime } },
      spec: {
        ...{ gpuClass: 'h800', replicas: 2, gpusPerReplica: 4, image: 'registry.park.example/train:1', maxRuntime: '30m' },
        ...{ checkpoint: { grace: '20s' }, selfPay: true, ...spec },
      },
    };
    return await this.database.transactions.run((tx) => this.app.get(Jobs).submit(tx, person, tenantId, parseJobFile(file)));
  }

  async job(id: string): Promise<Job> {
    return await this.app.get(Jobs).get(this.database.transactions.reader, id);
  }

  async events(id: string): Promise<JobEvent[]> {
    return await this.app.get(Jobs).events(this.database.transactions.reader, id);
  }

  async until(job: Pick<Job, 'id'>, ...states: readonly JobState[]): Promise<Job> {
    return await this.eventually(
      () => this.job(job.id),
      ({ state }) => states.includes(state),
    );
  }

  /** Looks again and again until what it sees is right; the test's own timeout is its patience. */
  async eventually<T>(look: () => Promise<T>, isRight: (seen: T) => boolean): Promise<T> {
    for (;;) {
      const seen = await look();
      if (isRight(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  }
}
