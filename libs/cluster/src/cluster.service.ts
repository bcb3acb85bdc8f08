import { Injectable } from '@nestjs/common';
import type { TopologyLabels } from '#jobs';
import type { Clock } from '#kernel';
import { type MissingRights, missingRights } from './access/access-review.ts';
import type { Component } from './access/required-rights.ts';
import { ClusterJobs } from './cluster-jobs.ts';
import { ClusterNodes } from './cluster-nodes.ts';
import { ClusterPods } from './cluster-pods.ts';
import { ClusterSecrets } from './cluster-secrets.ts';
import { calling } from './connection/calls.ts';
import { secondsBetween } from './connection/clock-error.ts';
import { type Clients, clientsOf } from './connection/cluster-connection.ts';
import type { ClusterLocation } from './connection/credentials.ts';
import type { WatchSettings } from './connection/object-watch.ts';
import type { NodeClass } from './observed/capacity.ts';
import { TenantSpaces } from './spaces/tenant-spaces.ts';

/** How the cluster is watched, and by which labels its nodes are grouped; by none where nothing is said. */
export interface ClusterOptions extends Partial<WatchSettings> {
  readonly topologyLabels?: TopologyLabels;
}

const WATCH: WatchSettings = { relistSeconds: 300, pageSize: 500 };

/** What the cluster turned out to be able to do. */
export interface ClusterFeatures {
  readonly version: string;
  readonly kueue: boolean;
  readonly metrics: boolean;
  /** GPU classes that have at least one node. */
  readonly classes: readonly string[];
}

/**
 * The Kubernetes cluster, as the controller works on it: desired objects in, observations out. Every method of it and of its parts may be
 * repeated. Transient failures are retried, and what lasts is a DomainError of kind `unavailable`.
 */
@Injectable()
export class ClusterService {
  readonly spaces: TenantSpaces;
  readonly jobs: ClusterJobs;
  readonly pods: ClusterPods;
  readonly nodes: ClusterNodes;
  readonly secrets: ClusterSecrets;
  readonly #clients: Clients;

  constructor(clients: Clients, { topologyLabels = {}, ...watch }: ClusterOptions = {}) {
    const settings = { ...WATCH, ...watch };
    const { pageSize } = settings;
    this.#clients = clients;
    this.spaces = new TenantSpaces(clients, pageSize);
    this.pods = new ClusterPods(clients, settings);
    this.jobs = new ClusterJobs(clients, pageSize, this.spaces, this.pods);
    this.nodes = new ClusterNodes(clients, settings, topologyLabels);
    this.secrets = new ClusterSecrets(clients);
  }

  /** @throws DomainError `cluster.kubeconfig` */
  static connect(location: ClusterLocation, options: ClusterOptions = {}): ClusterService {
    // eslint-disable-next-line no-restricted-syntax -- this is the factory of ClusterModule
    return new ClusterService(clientsOf(location), options);
  }

  /** What the server is and has. It is logged at start, and shows whether the server answers at all. */
  async features(classes: readonly NodeClass[]): Promise<ClusterFeatures> {
    const [version, { groups }, present] = await Promise.all([
      calling('say what it is', () => this.#clients.version.getCode()),
      calling('list its API groups', () => this.#clients.apis.getAPIVersions()),
      this.nodes.classesPresent(classes),
    ]);
    const names = new Set(groups.map(({ name }) => name));
    return {
      version: version.gitVersion,
      kueue: names.has('kueue.x-k8s.io'),
      metrics: names.has('metrics.k8s.io'),
      classes: present,
    };
  }

  /** Which of the rights that `component` needs our account lacks. */
  async missingRights(component: Component): Promise<MissingRights> {
    return await missingRights(this.#clients, component);
  }

  /**
   * Seconds by which the clock of the API server is ahead of `clock`, negative where it is behind; 0 as long as the time that the
   * answer took can explain the difference.
   */
  async clockError(clock: Clock): Promise<number> {
    const asked = clock.now().getTime();
    const { headers } = await calling('tell its time', () => this.#clients.version.getCodeWithHttpInfo());
    const answered = clock.now().getTime();
    const date = Date.parse(headers['date'] ?? '');
    return Number.isNaN(date) ? 0 : secondsBetween(date, asked, answered);
  }

  /** When our credentials expire; undefined where they show no date. */
  get credentialsExpireAt(): Date | undefined {
    return this.#clients.kubeConfig.expiresAt;
  }
}
