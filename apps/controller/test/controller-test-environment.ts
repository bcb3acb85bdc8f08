import type { KeyObject } from 'node:crypto';
import { Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { systemActor } from '#audit';
import { DatabaseModule, databaseSettings, type LeadershipSettings } from '#database';
import type { TestDatabase } from '#database/testing';
import type { FundedTestEnvironment } from '#funding/testing';
import type { MailSettings } from '#notifications';
import { BusinessCalendar, Clock } from '#kernel';
import { type Job, type JobEvent, JobsService, JobSettings, type JobState, parseJobFile } from '#jobs';
import type { ClusterOptions, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../src/index.ts';

export const engineer = systemActor('engineer');

/** The key under which tests store secrets. */
export const SEALING_SECRET = 'a key of the tests for secrets of companies';

@Module({})
class Runtime {}

/** The database that controllers work on: one of the world's own, or one that a test stops and starts. */
export type GivenDatabase = Pick<TestDatabase, 'url' | 'transactions'>;

export interface TestEnvironmentOptions {
  readonly database?: GivenDatabase;
  readonly settings?: Partial<ControllerSettings>;
  /** The park's key. */
  readonly signingKey?: KeyObject;
  readonly cluster?: ClusterOptions;
  readonly mail?: MailSettings;
  readonly leadership?: LeadershipSettings;
  /** Keys of the secrets of companies; by default one. */
  readonly sealingSecrets?: readonly string[];
}

/** The real controller on a real database, beside a simulated cluster; its subclasses say how time passes. */
export abstract class ControllerTestEnvironment<ClockOfTest extends Clock = Clock> {
  readonly #controllers: TestingModule[] = [];

  constructor(
    readonly clock: ClockOfTest,
    readonly database: GivenDatabase,
    readonly funds: FundedTestEnvironment,
    readonly cluster: SimulatedCluster,
    private readonly ownDatabase: TestDatabase | undefined,
    private readonly options: TestEnvironmentOptions,
  ) {}

  /** A controller that is not started yet. */
  protected async compileController(): Promise<TestingModule> {
    const runtime = [
      { provide: Clock, useValue: this.clock },
      { provide: BusinessCalendar, useValue: new BusinessCalendar() },
    ];
    const controller = await Test.createTestingModule({
      imports: [
        { module: Runtime, global: true, providers: runtime, exports: [Clock, BusinessCalendar] },
        DatabaseModule.forRoot(databaseSettings(this.database.url), this.options.leadership),
        ControllerModule.register(
          { kubeconfig: this.cluster.kubeconfigYaml },
          new ControllerSettings(this.options.settings),
          new JobSettings({ simulatedCluster: true }),
          this.options.mail,
          undefined,
          { name: '模速空间', signingKey: this.options.signingKey },
          this.options.sealingSecrets ?? [SEALING_SECRET],
        ),
      ],
    }).compile();
    controller.useLogger(process.env.SHOW_LOG === undefined ? false : console);
    this.#controllers.push(controller);
    return controller;
  }

  async stop(): Promise<void> {
    for (const controller of this.#controllers) await controller.close();
    await this.cluster.stop();
    await this.ownDatabase?.drop();
  }

  /** The first controller. */
  get controller(): TestingModule {
    const [controller] = this.#controllers;
    if (controller === undefined) throw new Error('no controller was started');
    return controller;
  }

  /** A service of the first controller. */
  get<T>(service: Type<T>): T {
    return this.controller.get(service, { strict: false });
  }

  get jobs(): JobsService {
    return this.get(JobsService);
  }

  /** The database as its owner, who sees the rows of all tenants. */
  get owner(): DataSource {
    if (this.ownDatabase === undefined) throw new Error('the owner of a given database is known to its giver');
    return this.ownDatabase.owner;
  }

  /** Two pods of four GPUs that run for `runTime`, unless `spec` says otherwise; `annotations` direct the simulated cluster. */
  async submit(tenantId: string, runTime = '20m', spec: object = {}, annotations: Record<string, string> = {}): Promise<Job> {
    const file = {
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name: 'sft-7b', annotations: { 'sim.speedspace.io/run-time': runTime, ...annotations } },
      spec: {
        ...{ gpuClass: 'h800', replicas: 2, gpusPerReplica: 4, image: 'registry.park.example/train:1', maxRuntime: '30m' },
        ...{ checkpoint: { grace: '20s' }, selfPay: true, ...spec },
      },
    };
    return await this.database.transactions.run((tx) => this.jobs.submit(tx, engineer, tenantId, parseJobFile(file)));
  }

  async job(id: string): Promise<Job> {
    return await this.jobs.get(this.database.transactions.reader, id);
  }

  async events(id: string): Promise<JobEvent[]> {
    return await this.jobs.events(this.database.transactions.reader, id);
  }

  /** The kinds of a job's events, each with the seconds since its submission. */
  async timeline({ id, submittedAt }: Pick<Job, 'id' | 'submittedAt'>): Promise<[JobEvent['kind'], number][]> {
    return (await this.events(id)).map(({ kind, at }) => [kind, (at.getTime() - submittedAt.getTime()) / 1_000]);
  }

  async until(job: Pick<Job, 'id'>, ...states: readonly JobState[]): Promise<Job> {
    return await this.untilJob(job, ({ state }) => states.includes(state), states.join(' or '));
  }

  /** Waits until `holds` of the job, also while its database is away. */
  async untilJob(job: Pick<Job, 'id'>, holds: (job: Job) => boolean, what = holds.toString()): Promise<Job> {
    return await this.waitFor(
      `${job.id}: ${what}`,
      () => this.job(job.id).catch((error: unknown) => error as Error),
      (seen): seen is Job => !(seen instanceof Error) && holds(seen),
    );
  }

  /** Looks again and again, as time passes, until what it sees is right. @throws Error with what it saw last */
  abstract waitFor<T, R extends T = T>(
    what: string,
    look: () => Promise<T>,
    isRight: ((seen: T) => seen is R) | ((seen: T) => boolean),
  ): Promise<R>;

  async eventually<T, R extends T = T>(look: () => Promise<T>, isRight: ((seen: T) => seen is R) | ((seen: T) => boolean)): Promise<R> {
    return await this.waitFor(isRight.toString(), look, isRight);
  }

  /** GPU-seconds that the ledger charged for a job, to whomever. */
  async charged(job: Pick<Job, 'id'>): Promise<bigint> {
    const entries = (await this.funds.journal.ofJob(this.database.transactions.reader, job.id, { limit: 1_000 })).items;
    return entries.flatMap((entry) => entry.postings).reduce((sum, posting) => sum + (posting.gpuSeconds ?? 0n), 0n);
  }

  /** The cluster's own record of a job's pods. */
  podsOf(job: Pick<Job, 'id'>) {
    return this.cluster.truth().filter(({ labels }) => labels['speedspace.io/job'] === job.id);
  }

  /** GPU-seconds that the cluster's own record says a job ran. */
  trulyRun(job: Pick<Job, 'id'>): bigint {
    return this.podsOf(job).reduce((sum, pod) => sum + BigInt(pod.gpuSeconds), 0n);
  }
}
