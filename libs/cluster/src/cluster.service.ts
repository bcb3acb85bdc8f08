import { Injectable } from '@nestjs/common';
import {
  type KubernetesObject,
  PatchStrategy,
  setHeaderOptions,
  type V1JobCondition,
  type V1Node,
  type V1OwnerReference,
  type V1Pod,
} from '@kubernetes/client-node';
import { type CreationRefusal, hasEnded, type NodeShape } from '#jobs';
import { type Clock, DomainError, type Instant, instantOf } from '#kernel';
import type { BoundPod, NodeCapacity } from '#scheduling';
import { type MissingRights, missingRights } from './access/access-review.ts';
import { type Component, NODE_LEASES } from './access/required-rights.ts';
import { type Clients, clientsOf } from './connection/cluster-connection.ts';
import type { ClusterLocation } from './connection/credentials.ts';
import { calling, clusterError, unlessGone } from './connection/calls.ts';
import { allOf, type ListPage, pagesOf } from './connection/pages.ts';
import { secondsBetween } from './connection/clock-error.ts';
import { jobObject, onNode, rendezvousObjects } from './desired/job-objects.ts';
import {
  type Attempt,
  FIELD_MANAGER,
  LABELS,
  METERING_FINALIZER,
  namespaceOf,
  objectNameOf,
  OURS,
  PLACEMENT_GATE,
  selectorOf,
} from './desired/names.ts';
import { tenantObjects, type TenantSpace } from './desired/tenant-space.ts';
import { TenantSpaces } from './spaces/tenant-spaces.ts';
import type { Workload } from './desired/workload.ts';
import { boundPods, nodeCapacities, type NodeClass } from './observed/capacity.ts';
import { type NodeStatus, nodeStatuses } from './observed/node-status.ts';
import { observePod, type PodObservation } from './observed/pod-observation.ts';
import { type ClassOverheads, classOverheads, type ClassRuntime } from './observed/pod-overheads.ts';
import { podRefusal } from './observed/pod-refusal.ts';
import type { LogLine } from './observed/log-lines.ts';
import { type LogOptions, podLogs, startedReplica } from './pod-logs.ts';
import { podRuns, type PodRuns } from './pod-runs.ts';
import { type PodListener, PodWatch, type WatchSettings } from './pod-watch.ts';

/** Real milliseconds for which a tenant's namespace, once applied, is taken to be as it should. */
const TENANT_FRESH_MILLISECONDS = 10 * 60_000;
const WATCH: WatchSettings = { relistSeconds: 300, pageSize: 500 };

/** What the cluster turned out to be able to do. */
export interface ClusterFeatures {
  readonly version: string;
  readonly kueue: boolean;
  readonly metrics: boolean;
  /** GPU classes that have at least one node. */
  readonly classes: readonly string[];
}

/** A Job of ours in the cluster that has not come to its end. */
export interface OpenJob extends Attempt {
  readonly namespace: string;
}

export type JobSituation = 'present' | 'suspended' | 'deleted';

/**
 * The Kubernetes cluster, as the controller works on it: desired objects in, observations out. Every method may be repeated;
 * passing failures are retried, and what lasts is a DomainError of kind `unavailable`.
 */
@Injectable()
export class ClusterService {
  readonly #clients: Clients;
  readonly #watch: WatchSettings;
  /** When each tenant's namespace was applied last, by what was applied. */
  readonly #tenants = new Map<string, number>();

  constructor(clients: Clients, watch: Partial<WatchSettings> = {}) {
    this.#clients = clients;
    this.#watch = { ...WATCH, ...watch };
  }

  /** @throws DomainError `cluster.kubeconfig` */
  static connect(location: ClusterLocation, watch: Partial<WatchSettings> = {}): ClusterService {
    // eslint-disable-next-line no-restricted-syntax -- this is the factory of ClusterModule
    return new ClusterService(clientsOf(location), watch);
  }

  /** What the server is and has: said at start, and a test whether it answers at all. */
  async features(classes: readonly NodeClass[]): Promise<ClusterFeatures> {
    return await calling('say what it is', async () => {
      const [version, groups, nodes] = await Promise.all([
        this.#clients.version.getCode(),
        this.#clients.apis.getAPIVersions(),
        this.#nodes(),
      ]);
      const names = new Set(groups.groups.map(({ name }) => name));
      const present = new Set(nodeCapacities(nodes, [], classes).flatMap(({ gpus }) => Object.keys(gpus)));
      return {
        version: version.gitVersion,
        kueue: names.has('kueue.x-k8s.io'),
        metrics: names.has('metrics.k8s.io'),
        classes: classes.map(({ code }) => code).filter((code) => present.has(code)),
      };
    });
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

  /** The spaces of tenants: what keeps them in step. */
  get spaces(): TenantSpaces {
    return new TenantSpaces(this.#clients, this.#watch.pageSize, (object) => this.#apply(object));
  }

  /** Makes a tenant's namespace and its fences what they should be; at most every ten minutes for the same tenant. */
  async ensureTenant(tenant: TenantSpace): Promise<void> {
    const key = JSON.stringify(tenant);
    if (Date.now() - (this.#tenants.get(key) ?? 0) < TENANT_FRESH_MILLISECONDS) return;
    for (const object of tenantObjects(tenant)) await this.#apply(object);
    this.#tenants.set(key, Date.now());
  }

  /** Makes the objects of an attempt what they should be: the Job, and for a gang its Service and NetworkPolicy, which it owns. */
  async ensureJob(workload: Workload): Promise<void> {
    try {
      const job = await this.#apply(jobObject(workload));
      const owner: V1OwnerReference = { apiVersion: 'batch/v1', kind: 'Job', name: objectNameOf(workload), uid: job.metadata?.uid ?? '' };
      for (const object of rendezvousObjects(workload, owner)) await this.#apply(object);
    } catch (error) {
      // The namespace may have been deleted behind our back: the next try applies it again.
      if (error instanceof DomainError && error.kind === 'not-found') this.#tenants.clear();
      throw error;
    }
  }

  /** Stops an attempt: its pods get SIGTERM now and SIGKILL after `graceSeconds`; nothing starts any more. */
  async deleteJob(workload: Attempt & { readonly tenant: Pick<TenantSpace, 'slug'> }, graceSeconds: number): Promise<void> {
    await this.deletePods({ namespace: namespaceOf(workload.tenant.slug), ...attemptOf(workload) }, graceSeconds);
  }

  /** As `deleteJob`, for an attempt of which only pods are left. */
  async deletePods(of: Attempt & { readonly namespace: string }, graceSeconds = 1): Promise<void> {
    const { namespace } = of;
    const { core, batch } = this.#clients;
    // The Job goes first, else it would replace the pods.
    await calling('delete a job', () =>
      unlessGone(() => batch.deleteNamespacedJob({ namespace, name: objectNameOf(of), propagationPolicy: 'Background' })),
    );
    // Grace 0 would remove the pod while its containers may still run: one second is the least.
    const grace = Math.max(1, graceSeconds);
    for (const pod of await this.listPods(of)) {
      if (hasEnded(pod) && pod.deleting) continue;
      if (pod.deleting && (pod.deletionGraceSeconds ?? 0) <= grace) continue;
      const { name } = pod;
      await calling('delete a pod', () =>
        unlessGone(() => core.deleteNamespacedPod({ namespace, name, body: { gracePeriodSeconds: grace } })),
      );
    }
  }

  /** What became of an attempt's Job in the cluster: whether somebody deleted or suspended it. */
  async jobSituation(of: Attempt & { readonly tenant: Pick<TenantSpace, 'slug'> }): Promise<JobSituation> {
    const name = { namespace: namespaceOf(of.tenant.slug), name: objectNameOf(of) };
    const job = await calling('read a job', () => unlessGone(() => this.#clients.batch.readNamespacedJob(name)));
    if (job === undefined || job.metadata?.deletionTimestamp !== undefined) return 'deleted';
    return job.spec?.suspend === true ? 'suspended' : 'present';
  }

  /** Why the cluster, which accepted the Job of an attempt, does not create all of its pods; undefined where it reports no reason. */
  async podRefusal(of: Attempt & { readonly tenant: Pick<TenantSpace, 'slug'> }): Promise<CreationRefusal | undefined> {
    const namespace = namespaceOf(of.tenant.slug);
    const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${objectNameOf(of)},reason=FailedCreate`;
    const events = await calling('list events', () =>
      this.#all((page) => this.#clients.core.listNamespacedEvent({ namespace, fieldSelector, ...page })),
    );
    return podRefusal(events);
  }

  /** Our pods, all or those of one attempt. */
  async listPods(of?: Attempt & { readonly namespace?: string }): Promise<PodObservation[]> {
    const labelSelector = of === undefined ? OURS : selectorOf(of);
    return await calling('list pods', async () => (await this.#pods(labelSelector, of?.namespace)).flatMap((pod) => observePod(pod) ?? []));
  }

  /** Our pods that have started and not ended, by a list that is as new as the call: what no watch need be trusted for. */
  async runningPods(): Promise<Pick<PodObservation, 'uid' | 'node'>[]> {
    return await calling('list pods', async () => {
      const running: Pick<PodObservation, 'uid' | 'node'>[] = [];
      const list = (page: { limit: number }) => this.#clients.core.listPodForAllNamespaces({ labelSelector: OURS, ...page });
      for await (const { items } of pagesOf(list, this.#watch.pageSize)) {
        for (const pod of items.flatMap((each) => observePod(each) ?? [])) {
          const { uid, node } = pod;
          if (pod.startedAt !== undefined && !hasEnded(pod)) running.push({ uid, ...(node !== undefined && { node }) });
        }
      }
      return running;
    });
  }

  /** What the cluster itself reports of our pods that ran: by its own record of GPU time if it has one, else by the pods that still exist. */
  async podRuns(): Promise<PodRuns> {
    return await podRuns(this.#clients.kubeConfig, () => this.listPods());
  }

  /** Tells `listener` of our pods until `signal` fires; survives every loss of connection. */
  async watchPods(listener: PodListener, signal: AbortSignal): Promise<void> {
    await new PodWatch(this.#clients, this.#watch, listener).follow(signal);
  }

  /** Sends a gated pod to the node decided for it; to no effect where that was done. */
  async assignNode(pod: Pick<PodObservation, 'namespace' | 'name'>, node: string): Promise<void> {
    const body = { spec: { affinity: onNode(node), schedulingGates: [{ name: PLACEMENT_GATE, $patch: 'delete' }] } };
    await this.#patchPod('assign a node', pod, body);
  }

  /** Lets a pod go whose end is recorded (rule M3). */
  async removeMeteringFinalizer(pod: Pick<PodObservation, 'namespace' | 'name'>): Promise<void> {
    await this.#patchPod('release a pod', pod, { metadata: { '$deleteFromPrimitiveList/finalizers': [METERING_FINALIZER] } });
  }

  /** What each node offers our jobs, all that is not ours taken off. */
  async capacity(classes: readonly NodeClass[]): Promise<NodeCapacity[]> {
    return await calling('report its capacity', async () => {
      const [nodes, foreign] = await Promise.all([this.#nodes(), this.#pods(`${LABELS.managedBy}!=speedspace`)]);
      return nodeCapacities(nodes, foreign, classes);
    });
  }

  /** The nodes with GPUs of `classes`, as an operator looks at them. */
  async nodeStatuses(classes: readonly NodeClass[]): Promise<NodeStatus[]> {
    return await calling('report its nodes', async () => {
      const [nodes, foreign] = await Promise.all([this.#nodes(), this.#pods(`${LABELS.managedBy}!=speedspace`)]);
      return nodeStatuses(nodes, foreign, classes);
    });
  }

  /** When each node's kubelet was last heard of, by the node's name: what it runs was alive then, unless it reported otherwise. */
  async heartbeats(): Promise<Map<string, Instant>> {
    const leases = await calling('list node leases', () => this.#clients.coordination.listNamespacedLease({ namespace: NODE_LEASES }));
    return new Map(
      leases.items.flatMap(({ metadata, spec }) =>
        metadata?.name === undefined || spec?.renewTime === undefined
          ? []
          : [[metadata.name, instantOf(new Date(spec.renewTime))] as const],
      ),
    );
  }

  /** Version of the pods as they are now: who has seen all changes up to it knows everything that was true when it was asked for. */
  async podsVersion(): Promise<string> {
    const answer = await calling('list pods', () => this.#clients.core.listPodForAllNamespaces({ labelSelector: OURS, limit: 1 }));
    return answer.metadata?.resourceVersion ?? '';
  }

  /**
   * What Kubernetes adds to the pods of `classes` for their RuntimeClasses. Asks the cluster only where a class names one; where our account
   * may not list them, nothing is known of them.
   */
  async classOverheads(classes: readonly ClassRuntime[]): Promise<ClassOverheads> {
    if (classes.every(({ runtimeClassName }) => runtimeClassName === null)) return classOverheads([], []);
    try {
      const { items } = await calling('list its runtime classes', () => this.#clients.runtimes.listRuntimeClass());
      return classOverheads(items, classes);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'cluster.not-allowed') return classOverheads([], []);
      throw error;
    }
  }

  /** What the nodes of a class have when nothing runs on them, and what each pod of the class takes of them beside its requests. */
  async emptyNodes(gpuClass: NodeClass & ClassRuntime): Promise<NodeShape[]> {
    const [nodes, { overheads }] = await Promise.all([calling('list its nodes', () => this.#nodes()), this.classOverheads([gpuClass])]);
    const podOverhead = overheads.get(gpuClass.code);
    return nodeCapacities(nodes, [], [gpuClass]).flatMap(({ gpus, cpuMillis, memoryBytes }) => {
      const count = gpus[gpuClass.code];
      if (count === undefined) return [];
      return [{ gpus: count, cpuMillis, memoryBytes, ...(podOverhead !== undefined && { podOverhead }) }];
    });
  }

  /** Our pods that occupy a node, as the scheduling cycle wants them. */
  boundPods(pods: readonly PodObservation[]): BoundPod[] {
    return boundPods(pods);
  }

  /**
   * The lines of replica `index` of an attempt.
   * @throws DomainError `logs.none` when there is no such pod or it has not started, `cluster.unavailable`
   */
  async *logs(of: Attempt, index: number, options: LogOptions = {}): AsyncGenerator<LogLine> {
    const pod = startedReplica(await this.listPods(of), of, index);
    try {
      yield* podLogs(this.#clients.kubeConfig, pod, options);
    } catch (error) {
      throw clusterError('hand out logs', error);
    }
  }

  /** Our Jobs that have not come to their end and may still make pods. */
  async openJobs(): Promise<OpenJob[]> {
    const jobs = await calling('list jobs', () =>
      this.#all((page) => this.#clients.batch.listJobForAllNamespaces({ labelSelector: OURS, ...page })),
    );
    return jobs
      .filter(({ metadata, status }) => metadata?.deletionTimestamp === undefined && !status?.conditions?.some(isEnd))
      .map(({ metadata }) => ({
        namespace: metadata?.namespace ?? '',
        jobId: metadata?.labels?.[LABELS.job] ?? '',
        attempt: Number(metadata?.labels?.[LABELS.attempt]),
      }));
  }

  /** A strategic merge takes one item out of a list whatever else the list has, so it conflicts with no other writer. */
  async #patchPod(doing: string, { namespace, name }: Pick<PodObservation, 'namespace' | 'name'>, body: object): Promise<void> {
    await calling(doing, () =>
      unlessGone(() =>
        this.#clients.core.patchNamespacedPod(
          { namespace, name, body },
          setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
        ),
      ),
    );
  }

  async #apply(object: KubernetesObject): Promise<KubernetesObject> {
    const what = `apply ${object.kind ?? ''} ${object.metadata?.name ?? ''}`;
    return await calling(what, () =>
      this.#clients.objects.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply),
    );
  }

  async #nodes(): Promise<V1Node[]> {
    return (await this.#clients.core.listNode()).items;
  }

  async #pods(labelSelector: string, namespace?: string): Promise<V1Pod[]> {
    const { core } = this.#clients;
    return await this.#all((page) =>
      namespace === undefined
        ? core.listPodForAllNamespaces({ labelSelector, ...page })
        : core.listNamespacedPod({ labelSelector, namespace, ...page }),
    );
  }

  async #all<T>(list: ListPage<T>): Promise<T[]> {
    return await allOf(list, this.#watch.pageSize);
  }
}

/** Whether a Job's condition says that it has come to its end. */
function isEnd({ type, status }: V1JobCondition): boolean {
  return (type === 'Complete' || type === 'Failed') && status === 'True';
}

function attemptOf({ jobId, attempt }: Attempt): Attempt {
  return { jobId, attempt };
}
