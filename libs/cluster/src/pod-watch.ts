import { setTimeout as sleep } from 'node:timers/promises';
import { type V1Pod, Watch } from '@kubernetes/client-node';
import type { Clients } from './connection/cluster-connection.ts';
import { statusOf } from './connection/calls.ts';
import { type ListPage, pagesOf } from './connection/pages.ts';
import { OURS } from './desired/names.ts';
import { observePod, type PodObservation } from './observed/pod-observation.ts';

/** Gets the changes of our pods. The same fact may come twice, and never in a wrong order for one pod. */
export interface PodListener {
  /** A pod as it is now. */
  readonly onPod: (pod: PodObservation) => void;
  /** The pod with this uid is no more. */
  readonly onGone: (uid: string) => void;
  /** Every change up to this version of the cluster was reported, even if there was none. */
  readonly onHeard?: (version: string) => void;
  /** The whole cluster was listed: what was not reported does not exist. */
  readonly onSynced?: () => void;
  /** The connection was lost, with the reason; a new one is being opened. */
  readonly onLost?: (error: unknown) => void;
}

export interface WatchSettings {
  /** Real seconds after which all pods are listed anew, so that an event that never came costs no more than this. */
  readonly relistSeconds: number;
  /** Pods per answer of a list. */
  readonly pageSize: number;
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 10_000;
/** A quiet watch hears a bookmark about once a minute: after a longer silence its connection counts as dead. */
const IDLE_MILLISECONDS = 90_000;

/** Our pods by list and watch: resumes where a connection broke, lists anew when the server has forgotten that point (410). */
export class PodWatch {
  /** Resource version of each reported pod, by uid: a list reports only what changed since. */
  readonly #reported = new Map<string, string>();

  constructor(
    private readonly clients: Clients,
    private readonly settings: WatchSettings,
    private readonly listener: PodListener,
  ) {}

  /** Follows until `signal` fires; treats every failure as transient. */
  async follow(signal: AbortSignal): Promise<void> {
    let version: string | undefined;
    let relistAt = 0;
    for (let failures = 0; !isAborted(signal);) {
      try {
        if (version === undefined || Date.now() >= relistAt) {
          version = await this.#list();
          relistAt = Date.now() + this.settings.relistSeconds * 1_000;
        }
        version = await this.#watch(version, Math.max(1, Math.ceil((relistAt - Date.now()) / 1_000)), signal);
        failures = 0;
      } catch (error) {
        if (isAborted(signal)) return;
        if (statusOf(error) === 401) this.clients.kubeConfig.refused();
        this.listener.onLost?.(error);
        failures += 1;
      }
      await sleep(pauseAfter(failures), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Tells what a list says and what it no longer says. @returns the resource version to watch from */
  async #list(): Promise<string> {
    const listed = new Set<string>();
    let version: string | undefined;
    const list: ListPage<V1Pod> = (page) => this.clients.core.listPodForAllNamespaces({ labelSelector: OURS, ...page });
    for await (const { items, metadata } of pagesOf(list, this.settings.pageSize)) {
      for (const pod of items) {
        listed.add(pod.metadata?.uid ?? '');
        this.#report(pod);
      }
      version = metadata?.resourceVersion;
    }
    for (const uid of [...this.#reported.keys()]) if (!listed.has(uid)) this.#forget(uid);
    this.listener.onSynced?.();
    return this.#heard(version ?? '');
  }

  /** One connection. @returns the version to resume from, or undefined when the server asks for a list */
  async #watch(from: string, seconds: number, signal: AbortSignal): Promise<string | undefined> {
    const heard = { version: from, expired: false };
    const hear = (type: string, pod: V1Pod & { code?: number }): void => {
      // Any error in the stream, 410 among them, says that the place to resume from is of no use.
      if (type === 'ERROR') heard.expired = true;
      else {
        this.#hear(type, pod);
        heard.version = this.#heard(pod.metadata?.resourceVersion ?? heard.version);
      }
    };
    const parameters = { labelSelector: OURS, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: seconds };
    const ended = Promise.withResolvers<unknown>();
    const watch = new Watch(this.clients.kubeConfig);
    // The client takes half a minute for its end and has no public setting for it.
    Object.assign(watch, { requestTimeoutMs: IDLE_MILLISECONDS });
    const connection = await watch.watch('/api/v1/pods', parameters, hear, ended.resolve);
    const stop = (): void => connection.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const error = await ended.promise;
    signal.removeEventListener('abort', stop);
    if (heard.expired || statusOf(error) === 410) return undefined;
    // A broken connection ends a watch like a regular end does; only a refused one is a failure.
    if (statusOf(error) !== undefined || (error instanceof TypeError && heard.version === from)) throw error;
    return heard.version;
  }

  #hear(type: string, pod: V1Pod): void {
    if (type !== 'BOOKMARK') this.#report(pod);
    if (type === 'DELETED') this.#forget(pod.metadata?.uid ?? '');
  }

  #heard(version: string): string {
    this.listener.onHeard?.(version);
    return version;
  }

  #report(pod: V1Pod): void {
    const observation = observePod(pod);
    const version = pod.metadata?.resourceVersion ?? '';
    if (observation === undefined || this.#reported.get(observation.uid) === version) return;
    this.#reported.set(observation.uid, version);
    this.listener.onPod(observation);
  }

  #forget(uid: string): void {
    if (this.#reported.delete(uid)) this.listener.onGone(uid);
  }
}

/** A breath between two connections; longer and longer, jittered, while they fail. */
function pauseAfter(failures: number): number {
  const ceiling = Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** failures);
  return ceiling * (0.5 + Math.random() / 2);
}

/** A signal may fire while something is awaited, which the compiler does not see of its property. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
