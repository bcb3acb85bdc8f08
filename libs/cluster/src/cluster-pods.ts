import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { calling, clusterError, unlessGone } from './connection/calls.ts';
import type { Clients } from './connection/cluster-connection.ts';
import { onNode } from './desired/job-objects.ts';
import { type Attempt, METERING_FINALIZER, OURS, PLACEMENT_GATE, selectorOf } from './desired/names.ts';
import { FollowedLogs } from './logs/followed-logs.ts';
import type { LogLine, LogPlace } from './logs/log-lines.ts';
import { logPage, type LogPage, type LogPageRequest } from './logs/log-page.ts';
import { podLog, type PodLog, type LogRange, startedReplica } from './logs/pod-log.ts';
import { podPages } from './observed/listed-pods.ts';
import { observePod, type PodObservation } from './observed/pod-observation.ts';
import { podRuns, type PodRuns } from './pod-runs.ts';
import type { WatchSettings } from './connection/object-watch.ts';
import { type PodEventListener, watchPodEvents } from './pod-event-watch.ts';
import { type PodListener, watchPods } from './pod-watch.ts';
import { hasEnded } from '#jobs';

/** Our pods: lists, the watch, logs, their placement and their release. */
export class ClusterPods {
  readonly #clients: Clients;
  readonly #watch: WatchSettings;
  readonly #followedLogs = new FollowedLogs();

  constructor(clients: Clients, watch: WatchSettings) {
    this.#clients = clients;
    this.#watch = watch;
  }

  /** Our pods, all or those of one attempt. */
  async list(of?: Attempt & { readonly namespace?: string }): Promise<PodObservation[]> {
    const wanted = { labelSelector: of === undefined ? OURS : selectorOf(of), namespace: of?.namespace };
    return await calling('list pods', async () => {
      const listed: PodObservation[] = [];
      for await (const pods of podPages(this.#clients, this.#watch.pageSize, wanted))
        listed.push(...pods.flatMap((pod) => observePod(pod) ?? []));
      return listed;
    });
  }

  /** Our pods that have started and not ended, by a list that is as new as the call: what no watch need be trusted for. */
  async running(): Promise<Pick<PodObservation, 'uid' | 'node'>[]> {
    return await calling('list pods', async () => {
      const running: Pick<PodObservation, 'uid' | 'node'>[] = [];
      for await (const pods of podPages(this.#clients, this.#watch.pageSize, { labelSelector: OURS })) {
        for (const pod of pods.flatMap((each) => observePod(each) ?? [])) {
          const { uid, node } = pod;
          if (pod.startedAt !== undefined && !hasEnded(pod)) running.push({ uid, ...(node !== undefined && { node }) });
        }
      }
      return running;
    });
  }

  /** What the cluster itself reports of our pods that ran: by its own record of GPU time if it has one, else by the pods that still exist. */
  async runs(): Promise<PodRuns> {
    return await podRuns(this.#clients.kubeConfig, () => this.list());
  }

  /** Version of the pods as they are now: who has seen all changes up to it knows everything that was true when it was asked for. */
  async version(): Promise<string> {
    const answer = await calling('list pods', () => this.#clients.core.listPodForAllNamespaces({ labelSelector: OURS, limit: 1 }));
    return answer.metadata?.resourceVersion ?? '';
  }

  /** Tells `listener` of our pods until `signal` fires; survives every loss of connection. */
  async watch(listener: PodListener, signal: AbortSignal): Promise<void> {
    await watchPods(this.#clients, this.#watch, listener, signal);
  }

  /** Tells `listener` of the cluster's Events about our pods until `signal` fires; survives every loss of connection. */
  async watchEvents(listener: PodEventListener, signal: AbortSignal): Promise<void> {
    await watchPodEvents(this.#clients, this.#watch, listener, signal);
  }

  /** Sends a gated pod to the node decided for it; to no effect where that was done. */
  async assignNode(pod: Pick<PodObservation, 'namespace' | 'name'>, node: string): Promise<void> {
    const body = { spec: { affinity: onNode(node), schedulingGates: [{ name: PLACEMENT_GATE, $patch: 'delete' }] } };
    await this.#patch('assign a node', pod, body);
  }

  /** Lets a pod go whose end is recorded (rule M3). */
  async removeMeteringFinalizer(pod: Pick<PodObservation, 'namespace' | 'name'>): Promise<void> {
    await this.#patch('release a pod', pod, { metadata: { '$deleteFromPrimitiveList/finalizers': [METERING_FINALIZER] } });
  }

  /**
   * The lines of replica `index` of an attempt.
   * @throws DomainError `logs.none` when there is no such pod or it has not started, `cluster.unavailable`
   */
  async *logs(of: Attempt, index: number, range: Omit<LogRange, 'follow'> = {}): AsyncGenerator<LogLine> {
    const { log } = await this.#logOf(of, index);
    try {
      yield* log(range);
    } catch (error) {
      throw clusterError('hand out logs', error);
    }
  }

  /**
   * The lines of replica `index` of an attempt from a place on, then each as it is written, until the pod ends or `signal` fires. All who follow
   * the log of a pod share one connection.
   * @throws DomainError as `logs` does
   */
  async *followLog(of: Attempt, index: number, after: LogPlace | undefined, signal: AbortSignal): AsyncGenerator<LogLine> {
    const { uid, log } = await this.#logOf(of, index);
    try {
      yield* this.#followedLogs.follow(uid, log, after, signal);
    } catch (error) {
      throw clusterError('hand out logs', error);
    }
  }

  /**
   * Some lines of the log of replica `index` of an attempt.
   * @throws DomainError as `logs` does
   */
  async logPage(of: Attempt, index: number, request: LogPageRequest): Promise<LogPage> {
    const { log } = await this.#logOf(of, index);
    try {
      return await logPage(log, request);
    } catch (error) {
      throw clusterError('hand out logs', error);
    }
  }

  /** The log of a pod, for whoever keeps it. Reading it fails as a connection does. */
  logOf(pod: Pick<PodObservation, 'namespace' | 'name'>): PodLog {
    return podLog(this.#clients.kubeConfig, pod);
  }

  /** Whether the cluster still has a pod of replica `index` that has started. @throws DomainError `cluster.unavailable` */
  async hasLog(of: Attempt, index: number): Promise<boolean> {
    return (await this.list(of)).some((pod) => pod.index === index && pod.startedAt !== undefined);
  }

  async #logOf(of: Attempt, index: number): Promise<{ readonly uid: string; readonly log: PodLog }> {
    const pod = startedReplica(await this.list(of), of, index);
    return { uid: pod.uid, log: podLog(this.#clients.kubeConfig, pod) };
  }

  /** A strategic merge takes one item out of a list whatever else the list has, so it conflicts with no other writer. */
  async #patch(doing: string, { namespace, name }: Pick<PodObservation, 'namespace' | 'name'>, body: object): Promise<void> {
    await calling(doing, () =>
      unlessGone(() =>
        this.#clients.core.patchNamespacedPod(
          { namespace, name, body },
          setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
        ),
      ),
    );
  }
}
