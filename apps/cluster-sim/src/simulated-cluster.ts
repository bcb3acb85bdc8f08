import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { stringify } from 'yaml';
import type { Clock } from '#kernel';
import { SystemClock } from '#kernel';
import { AccessRequests } from './access/access-requests.ts';
import { Accounts } from './access/accounts.ts';
import { RoleAuthorizer } from './access/role-authorizer.ts';
import { ResourceQuotas } from './admission/resource-quotas.ts';
import { AdminApi } from './api/admin-api.ts';
import { ApiRouter } from './api/api-router.ts';
import { ApiServer } from './api/api-server.ts';
import { type Certificate, makeCertificate, type ServerCertificate } from './api/certificate.ts';
import { ObjectRequests } from './api/object-requests.ts';
import type { RequestLine } from './api/request-record.ts';
import { Recorder } from './controllers/event-recorder.ts';
import { GarbageCollector } from './controllers/garbage-collector.ts';
import { JobController } from './controllers/job-controller.ts';
import { startNamespaceController } from './controllers/namespace-controller.ts';
import { NodeLifecycle } from './controllers/node-lifecycle.ts';
import { startPodGarbageCollector } from './controllers/pod-garbage.ts';
import type { NodePool } from './controllers/node-pools.ts';
import { DEFAULT_POOLS } from './controllers/node-pools.ts';
import { OwnerIndex } from './controllers/owner-index.ts';
import { ClusterFaults } from './faults/cluster-faults.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import { createObject } from './lifecycle/object-lifecycle.ts';
import type { SimulationSettings } from './lifecycle/simulation-settings.ts';
import { DEFAULT_SETTINGS } from './lifecycle/simulation-settings.ts';
import type { Simulation } from './lifecycle/simulation.ts';
import { ClusterMemory } from './time/cluster-memory.ts';
import { Scheduler } from './scheduling/scheduler.ts';
import { LEASES, NAMESPACES, NODES, PODS } from './schema/resources.ts';
import { ObjectStore } from './store/object-store.ts';
import { EventQueue } from './time/event-queue.ts';
import { SeededRandom } from './time/seeded-random.ts';
import type { TruthLine } from './truth/gpu-record.ts';
import { dcgmMetrics } from './truth/dcgm-exporter.ts';
import { GpuRecord } from './truth/gpu-record.ts';
import { loadPublishedSchemas } from './validation/published-schema.ts';

/** How to start a simulated cluster; all of it may be left out. */
export interface ClusterOptions extends Partial<SimulationSettings> {
  /** Real, compressed or driven by a test; the system's by default. */
  readonly clock?: Clock;
  readonly nodes?: readonly NodePool[];
  /** 0, the default: a free one. */
  readonly port?: number;
  readonly host?: string;
  /** The bearer token of the administrator; made up by default. */
  readonly token?: string;
  /** What makes the UIDs of this start different from those of every other; random by default. */
  readonly epoch?: string;
  /** Where it remembers how far its time and its resource versions came, so that a later start goes on behind them. */
  readonly memoryFile?: string;
}

/** A kubeconfig with one cluster, user and context. */
export interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly 'current-context': string;
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly name: string; readonly user: { readonly token: string } }[];
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string; readonly namespace: string };
  }[];
}

/** A running simulated cluster. */
export class SimulatedCluster {
  private constructor(
    /** `https://host:port` */
    readonly url: string,
    readonly kubeconfig: Kubeconfig,
    readonly faults: ClusterFaults,
    private readonly simulation: Simulation,
    private readonly record: GpuRecord,
    private readonly server: ApiServer,
    private readonly memory: ClusterMemory,
    private readonly certificate: ServerCertificate,
  ) {}

  static async start(options: ClusterOptions = {}): Promise<SimulatedCluster> {
    const {
      clock: givenClock = new SystemClock(),
      epoch = randomUUID(),
      memoryFile,
      nodes = DEFAULT_POOLS,
      port = 0,
      host = '127.0.0.1',
      token = randomBytes(24).toString('base64url'),
    } = options;
    const settings: SimulationSettings = { ...DEFAULT_SETTINGS, ...options };
    const [certificate] = await Promise.all([
      makeCertificate([...new Set(['localhost', '127.0.0.1', '::1', host])]),
      loadPublishedSchemas(),
    ]);

    const memory = await ClusterMemory.open(memoryFile);
    const events = new EventQueue(memory.continuing(givenClock));
    const store = new ObjectStore(settings.historyLimit, Math.max(Date.now(), memory.nextRevision));
    memory.keep(() => ({ time: events.now(), revision: store.revision }));
    const simulation: Simulation = {
      store,
      events,
      random: new SeededRandom(`${settings.seed}/objects`),
      uids: new SeededRandom(`${settings.seed}/uids/${epoch}`),
      settings,
    };
    const record = new GpuRecord();
    const recorder = new Recorder(simulation);
    const quotas = new ResourceQuotas(simulation);
    const owners = new OwnerIndex(simulation);
    const kubelet = new Kubelet(simulation, record, recorder);
    new Scheduler(simulation, recorder);
    new JobController(simulation, owners, quotas, recorder);
    new GarbageCollector(simulation, owners);
    startPodGarbageCollector(simulation);
    startNamespaceController(simulation, certificate.authority);
    const lifecycle = new NodeLifecycle(simulation, kubelet, recorder);
    lifecycle.add(nodes);
    for (const name of ['default', 'kube-system', 'kube-node-lease', 'kube-public']) {
      createObject(
        simulation,
        NAMESPACES,
        { name, labels: { 'kubernetes.io/metadata.name': name } },
        { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
      );
    }

    const rules = new FaultInjector(new SeededRandom(`${settings.seed}/faults`));
    const accounts = new Accounts(token, new X509Certificate(certificate.authority));
    const authorizer = new RoleAuthorizer(simulation);
    const access = { accounts, authorizer, requests: new AccessRequests(simulation, accounts, authorizer) };
    const router = new ApiRouter(simulation, new ObjectRequests(simulation, quotas), kubelet, rules, access.requests, (resource) => {
      if (resource === LEASES) lifecycle.renewLeases();
    });
    const faults = new ClusterFaults(rules, simulation, lifecycle, kubelet, () => ({ server, router, accounts }));
    const truth = (): { now: number; podEvents: number; pods: TruthLine[] } => ({
      now: Math.floor(events.now() / 1000),
      podEvents: router.watches.podEvents,
      pods: record.lines(events.now()),
    });
    const server: ApiServer = new ApiServer(
      simulation,
      router,
      new AdminApi(faults, truth, () => dcgmMetrics(record.lines(events.now()), store)),
      rules,
      access,
      certificate,
    );
    const url = `https://${host}:${await server.listen(port, host)}`;
    return new SimulatedCluster(
      url,
      kubeconfigFor(url, token, certificate.authority),
      faults,
      simulation,
      record,
      server,
      memory,
      certificate,
    );
  }

  /** The kubeconfig as a file holds it. */
  get kubeconfigYaml(): string {
    return stringify(this.kubeconfig);
  }

  /** A certificate by which a client is `user` with `groups`, until the clock of the cluster is at `expiresAt`. */
  async clientCertificate(user: string, groups: readonly string[], expiresAt: Date): Promise<Certificate> {
    return await this.certificate.signClient(user, groups, expiresAt);
  }

  /** What every pod truly ran, running ones up to now; it outlives the objects. */
  truth(): TruthLine[] {
    this.simulation.events.catchUp();
    return this.record.lines(this.simulation.events.now());
  }

  /** What the API server was asked so far, by verb, resource, namespace and `User-Agent`. */
  requests(): RequestLine[] {
    return this.server.requests.lines();
  }

  /** Plays everything that is due by the clock's present time; a test that drives the clock calls it before it looks. */
  settle(): void {
    this.simulation.events.catchUp();
  }

  /** When something happens next by itself; undefined where nothing does. */
  nextEventAt(): Date | undefined {
    const at = this.simulation.events.nextAt();
    return at === undefined ? undefined : new Date(at);
  }

  /** The resource version of the last change of a pod. */
  get podsVersion(): string {
    return String(this.simulation.store.revisionOf(PODS));
  }

  /** The resource version of the last change of a node. */
  get nodesVersion(): string {
    return String(this.simulation.store.revisionOf(NODES));
  }

  async stop(): Promise<void> {
    this.faults.apiUp();
    await this.memory.close();
    this.simulation.events.stop();
    await this.server.close();
  }
}

function kubeconfigFor(server: string, token: string, authority: string): Kubeconfig {
  const name = 'simulated';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
  };
}
