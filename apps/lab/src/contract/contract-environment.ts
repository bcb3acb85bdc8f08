import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CoreV1Api, KubeConfig, NetworkingV1Api, RbacAuthorizationV1Api, type V1Pod, VersionApi } from '@kubernetes/client-node';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { ClusterService, type Component, namespaceOf } from '#cluster';
import { ClusterAccount } from '#cluster/testing';
import { DatabaseModule, databaseSettings, EmbeddedPostgresServer, type Tx, Transactions } from '#database';
import { WalletsService } from '#funding';
import { Clock, type Fen, instantOf, toDate } from '#kernel';
import { type Job, type JobEvent, JobsService, JobSettings, type JobState, parseJobFile } from '#jobs';
import { type AccountCode, accounts, JournalService } from '#ledger';
import { KeptLogsService, PodEventsService, type ShownPodEvent } from '#pod-history';
import { type SecretContent, SecretsService, SecretValuesService } from '#secrets';
import { CompaniesService, type Company, syntheticCreditCode } from '#tenancy';
import { migrations } from '../../../../migrations/index.ts';
import { ControllerModule, ControllerSettings } from '../../../controller/src/index.ts';
import { TimeModule } from '../../../standalone/src/time.module.ts';
import { chartRules } from './chart-rules.ts';
import { CleanUp } from './clean-up.ts';
import { Namespaces } from './namespaces.ts';
import { Simulator } from './simulator.ts';
import { RESOURCE, TestNodes, UNITS_PER_NODE } from './test-nodes.ts';
import { annotationsOf, commandOf, type Work } from './work.ts';

export const PERSON = systemActor('contract');
export const GPU_CLASS = 'contract';
/** ¥36 an hour: a unit costs a fen a second. */
const FEN_PER_HOUR = 3_600n;
const LOOK_EVERY_MS = 100;
const SEALING_SECRET = randomBytes(48).toString('base64');

export interface ContractOptions {
  /** Of an administrator of the cluster, as text. */
  readonly kubeconfig: string;
  readonly clock: Clock;
  /** An image with a shell. */
  readonly image: string;
  /** Real milliseconds that anything may take. */
  readonly timeoutMs: number;
  readonly log?: boolean;
}

@Module({})
class ContractModule {}

/** The product beside a cluster that belongs to somebody else: its controller with an account of its own, and a database of its own. */
export class ContractEnvironment {
  readonly core: CoreV1Api;
  readonly networking: NetworkingV1Api;
  readonly cleanUp = new CleanUp();
  /** Names what the run creates. */
  readonly run = randomBytes(3).toString('hex');
  readonly nodes: TestNodes;
  readonly #namespaces: Namespaces;
  #companies = 0;
  #app: INestApplicationContext | undefined;
  #database: EmbeddedPostgresServer | undefined;
  #simulator: Simulator | undefined;
  #started: Promise<void> = Promise.resolve();
  #version = '';
  #clusterOfApi: ClusterService | undefined;

  private constructor(
    readonly administrator: KubeConfig,
    private readonly options: ContractOptions,
  ) {
    this.core = administrator.makeApiClient(CoreV1Api);
    this.networking = administrator.makeApiClient(NetworkingV1Api);
    this.nodes = new TestNodes(administrator, this.run);
    this.#namespaces = new Namespaces(this.core, (...wanted) => this.waitFor(...wanted));
  }

  /** Cleans up what it made where it fails. @throws Error with a sentence for the person who started it */
  static async start(
    options: ContractOptions,
    onMade: (environment: ContractEnvironment) => void = () => undefined,
  ): Promise<ContractEnvironment> {
    const administrator = new KubeConfig();
    administrator.loadFromString(options.kubeconfig);
    const environment = new ContractEnvironment(administrator, options);
    onMade(environment);
    try {
      environment.#started = environment.#start();
      await environment.#started;
      return environment;
    } catch (error) {
      await environment.cleanUp.run();
      throw error;
    }
  }

  /** Ends the run early, and removes what was made. @returns a sentence for each step that failed */
  async interrupt(): Promise<string[]> {
    this.cleanUp.close();
    await this.#started.catch(() => undefined);
    return await this.cleanUp.run();
  }

  /** Undefined where the cluster is a real one. */
  get simulator(): Simulator | undefined {
    return this.#simulator;
  }

  /** Such as `v1.36.2`. */
  get version(): string {
    return this.#version;
  }

  /** With the account of the controller, or of the API. */
  cluster(component: Component): ClusterService {
    if (component === 'controller') return this.#get(ClusterService);
    if (this.#clusterOfApi === undefined) throw new Error('the account of the API is not made');
    return this.#clusterOfApi;
  }

  get clock(): Clock {
    return this.options.clock;
  }

  async storeSecret({ id }: Company, name: string, content: SecretContent): Promise<void> {
    await this.#transaction((tx) => this.#get(SecretValuesService).create(tx, PERSON, id, name, content));
  }

  async removeSecret({ id }: Company, name: string): Promise<void> {
    const secrets = this.#get(SecretsService);
    await this.#transaction(async (tx) => secrets.remove(tx, PERSON, await secrets.get(tx, id, name), [], true));
  }

  async company(wallet: Fen): Promise<Company> {
    this.#companies += 1;
    const number = this.#companies;
    return await this.#transaction(async (tx) => {
      const input = { name: `Contract ${number}`, slug: `contract-${this.run}-${number}`, creditCode: syntheticCreditCode(number) };
      const company = await this.#get(CompaniesService).register(tx, PERSON, input);
      await this.#get(WalletsService).open(tx, [company.id]);
      await this.topUp(company, wallet, tx);
      return company;
    });
  }

  async topUp({ id }: Company, amount: Fen, within?: Tx): Promise<void> {
    const input = { tenantId: id, amount, reference: 'contract', key: `contract-${amount}` };
    const at = instantOf(this.clock.now());
    const write = (tx: Tx): Promise<unknown> => this.#get(WalletsService).topUp(tx, PERSON, input, at);
    await (within === undefined ? this.#transaction(write) : write(within));
  }

  /** One pod of one unit, unless `spec` says otherwise. */
  async submit({ id }: Company, work: Work, spec: object = {}): Promise<Job> {
    const annotations = this.#simulator === undefined ? {} : annotationsOf(work);
    const file = {
      ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name: 'contract', annotations } },
      spec: {
        ...{ gpuClass: GPU_CLASS, replicas: 1, gpusPerReplica: 1, image: this.options.image, command: commandOf(work) },
        ...{ maxRuntime: '30m', checkpoint: { grace: '5s' }, selfPay: true, ...spec },
      },
    };
    return await this.#transaction((tx) => this.#jobs.submit(tx, PERSON, id, parseJobFile(file)));
  }

  async cancel({ id }: Pick<Job, 'id'>): Promise<void> {
    await this.#transaction((tx) => this.#jobs.cancel(tx, PERSON, id));
  }

  async job({ id }: Pick<Job, 'id'>): Promise<Job> {
    return await this.#jobs.get(this.#get(Transactions).reader, id);
  }

  async events({ id }: Pick<Job, 'id'>): Promise<JobEvent[]> {
    return await this.#jobs.events(this.#get(Transactions).reader, id);
  }

  /** The lines of the first replica that were kept when it ended; undefined until they are. */
  async keptLog({ id }: Pick<Job, 'id'>): Promise<string[] | undefined> {
    const logs = this.#get(KeptLogsService);
    const kept = await logs.find(this.#get(Transactions).reader, { jobId: id, attempt: 1 }, 0);
    if (kept === undefined) return undefined;
    const lines: string[] = [];
    for await (const { text } of (await logs.open(kept))({})) lines.push(text);
    return lines;
  }

  /** What the cluster reported of the job's pods. */
  async podEvents({ id }: Pick<Job, 'id'>): Promise<ShownPodEvent[]> {
    return await this.#get(PodEventsService).list(this.#get(Transactions).reader, id);
  }

  async until(job: Pick<Job, 'id'>, ...states: readonly JobState[]): Promise<Job> {
    return await this.waitFor(
      `${job.id} to be ${states.join(' or ')}`,
      () => this.job(job),
      ({ state }) => states.includes(state),
    );
  }

  /** Looks until what it sees is right. @throws Error with what it saw last */
  async waitFor<T>(what: string, look: () => Promise<T>, isRight: (seen: T) => boolean): Promise<T> {
    const deadline = performance.now() + this.options.timeoutMs;
    for (;;) {
      const seen = await look();
      if (isRight(seen)) return seen;
      if (performance.now() > deadline) {
        throw new Error(
          `waited ${this.options.timeoutMs / 1_000} s for ${what}; saw last: ${inspect(seen, { depth: 3, breakLength: 140 })}`,
        );
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  namespace({ slug }: Pick<Company, 'slug'>): string {
    return namespaceOf(slug);
  }

  /** The pods of a job that exist. */
  async pods({ id }: Pick<Job, 'id'>): Promise<V1Pod[]> {
    return (await this.core.listPodForAllNamespaces({ labelSelector: `speedspace.io/job=${id}` })).items;
  }

  /** GPU-seconds that the ledger charged for a job, to whomever. */
  async charged(job: Pick<Job, 'id'>): Promise<bigint> {
    return await this.#gpuSeconds(job, () => true);
  }

  /** GPU-seconds that the company paid for: those past its funds are borne by the park (rule F7). */
  async paidByCompany(job: Pick<Job, 'id'>): Promise<bigint> {
    return await this.#gpuSeconds(job, (account) => account !== accounts.absorbed);
  }

  async #gpuSeconds({ id }: Pick<Job, 'id'>, isCounted: (account: AccountCode) => boolean): Promise<bigint> {
    const { items } = await this.#get(JournalService).ofJob(this.#get(Transactions).reader, id, { limit: 1_000 });
    const counted = items.flatMap(({ postings }) => postings).filter(({ account }) => isCounted(account));
    return counted.reduce((sum, { gpuSeconds }) => sum + (gpuSeconds ?? 0n), 0n);
  }

  /** What the suite left behind in the cluster; empty when it left nothing. */
  async leftovers(): Promise<string[]> {
    const rbac = this.administrator.makeApiClient(RbacAuthorizationV1Api);
    const lists = await Promise.all([
      this.core.listNamespace(),
      rbac.listClusterRole(),
      rbac.listClusterRoleBinding(),
      rbac.listRoleForAllNamespaces(),
      rbac.listRoleBindingForAllNamespaces(),
    ]);
    const names = lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ''));
    return [...names.filter((name) => name.includes(`contract-${this.run}`)), ...(await this.nodes.leftovers())];
  }

  async #start(): Promise<void> {
    const info = await this.administrator.makeApiClient(VersionApi).getCode();
    this.#version = info.gitVersion;
    this.#simulator = Simulator.of(this.administrator, info.platform);
    this.cleanUp.add('the connection to the simulated cluster', async () => await this.#simulator?.close());
    await this.#namespaces.refuseForeign();
    const namespace = `contract-${this.run}`;
    this.cleanUp.add(`the namespace ${namespace}`, () => this.#namespaces.delete(namespace));
    await this.core.createNamespace({ body: { metadata: { name: namespace } } });
    const controller = await this.#account(namespace, 'controller');
    this.#clusterOfApi = ClusterService.connect({ kubeconfig: await this.#account(namespace, 'api') });
    this.cleanUp.add('the nodes', () => this.nodes.restore());
    await this.nodes.prepare();
    this.cleanUp.add('the database', async () => await this.#database?.stop());
    const server = (this.#database = await EmbeddedPostgresServer.startInMemory());
    await server.prepare('contract', migrations);
    // Runs after the controller has stopped: it would make the namespaces again.
    this.cleanUp.add('the namespaces of companies', () => this.#namespaces.deleteOf(`contract-${this.run}-`));
    this.cleanUp.add('the controller', async () => await this.#app?.close());
    this.#app = await NestFactory.createApplicationContext(this.#module(server.url('contract'), controller), {
      logger: this.options.log === true ? ['log', 'warn', 'error'] : false,
    });
    await this.#transaction(async (tx) => {
      const about = { code: GPU_CLASS, name: 'A class without GPUs', vendor: 'none', resourceName: RESOURCE, gpusPerNode: UNITS_PER_NODE };
      await this.#get(CatalogService).addClass(tx, PERSON, { ...about, nodeSelector: this.nodes.nodeSelector });
      await this.#get(CatalogService).addPrice(tx, PERSON, GPU_CLASS, { from: toDate(0), fenPerGpuHour: FEN_PER_HOUR });
    });
  }

  /** An account with exactly the rights that the chart grants. @returns its kubeconfig */
  async #account(namespace: string, component: Component): Promise<string> {
    // The account itself goes with its namespace.
    const account = await ClusterAccount.create(this.administrator, namespace, component, []);
    this.cleanUp.add(`the roles of ${component}`, () => account.remove());
    await account.grant(await chartRules(component));
    return await account.kubeconfig();
  }

  #module(databaseUrl: string, kubeconfig: string): DynamicModule {
    const { clock } = this.options;
    const settings = new ControllerSettings({
      ...{ meteringTickSeconds: 10, holdHorizonSeconds: 60, reactionSeconds: 20, startFaultTimeoutSeconds: 60, relistSeconds: 5 },
    });
    const jobs = new JobSettings({ simulatedCluster: this.#simulator !== undefined, cpuMillisPerGpu: 50, memoryBytesPerGpu: 32 * 2 ** 20 });
    return {
      module: ContractModule,
      imports: [
        TimeModule.forRoot(clock),
        DatabaseModule.forRoot(databaseSettings(databaseUrl)),
        ControllerModule.register({ kubeconfig }, settings, jobs, undefined, undefined, undefined, [SEALING_SECRET]),
      ],
    };
  }

  get #jobs(): JobsService {
    return this.#get(JobsService);
  }

  #get<T>(service: abstract new (...given: never[]) => T): T {
    if (this.#app === undefined) throw new Error('the controller is not started');
    return this.#app.get<T>(service, { strict: false });
  }

  async #transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.#get(Transactions).run(work);
  }
}
