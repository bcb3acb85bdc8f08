import { setTimeout as sleep } from 'node:timers/promises';
import { type KubernetesObject, Watch } from '@kubernetes/client-node';
import type { Clients } from './cluster-connection.ts';
import { statusOf } from './calls.ts';
import { type ListPage, pagesOf } from './pages.ts';

/** Gets the changes of objects. The same fact may come twice, and never in a wrong order for one object. */
export interface ObjectListener<T> {
  /** An object as it is now. */
  readonly onObject: (object: T) => void;
  /** The object with this uid is no more. */
  readonly onGone: (uid: string) => void;
  /** Every change up to this version of the cluster was reported, even if there was none. */
  readonly onHeard?: (version: string) => void;
  /** All objects were listed: what was not reported does not exist. */
  readonly onSynced?: () => void;
  /** The connection was lost, with the reason; a new one is being opened. */
  readonly onLost?: (error: unknown) => void;
}

export interface WatchSettings {
  /** Real seconds after which all objects are listed again, so that an event that never came costs no more than this. */
  readonly relistSeconds: number;
  /** Objects per answer of a list. */
  readonly pageSize: number;
}

/** Which objects are watched. */
export interface WatchedObjects<T> {
  /** Path of the resource in the API, such as `/api/v1/pods`. */
  readonly path: string;
  /** Absent: all objects of the resource. */
  readonly labelSelector?: string;
  /** Further narrows them by their fields, such as `involvedObject.kind=Pod`. */
  readonly fieldSelector?: string;
  readonly list: ListPage<T>;
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 10_000;
/** A quiet watch hears a bookmark about once a minute: after a longer silence its connection counts as dead. */
const IDLE_MILLISECONDS = 90_000;

/** Objects by list and watch: resumes where a connection broke, and lists again when the server has forgotten that point (410). */
export class ObjectWatch<T extends KubernetesObject> {
  /** Resource version of each reported object, by uid: a list reports only what changed since. */
  readonly #reported = new Map<string, string>();

  constructor(
    private readonly clients: Clients,
    private readonly objects: WatchedObjects<T>,
    private readonly settings: WatchSettings,
    private readonly listener: ObjectListener<T>,
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

  /** Reports what a list has and what it no longer has. @returns the resource version to watch from */
  async #list(): Promise<string> {
    const listed = new Set<string>();
    let version: string | undefined;
    for await (const { items, metadata } of pagesOf(this.objects.list, this.settings.pageSize)) {
      for (const object of items) {
        listed.add(object.metadata?.uid ?? '');
        this.#report(object);
      }
      version = metadata?.resourceVersion;
    }
    for (const uid of [...this.#reported.keys()]) if (!listed.has(uid)) this.#forget(uid);
    this.listener.onSynced?.();
    return this.#heard(version ?? '');
  }

  /** One connection. @returns the version to resume from, or undefined when the server asks for a list */
  async #watch(from: string, seconds: number, signal: AbortSignal): Promise<string | undefined> {
    const { path, labelSelector, fieldSelector } = this.objects;
    const heard = { version: from, expired: false };
    const hear = (type: string, object: T & { code?: number }): void => {
      // Any error in the stream, 410 among them, says that the place to resume from is of no use.
      if (type === 'ERROR') heard.expired = true;
      else {
        this.#hear(type, object);
        heard.version = this.#heard(object.metadata?.resourceVersion ?? heard.version);
      }
    };
    const selected = { ...(labelSelector !== undefined && { labelSelector }), ...(fieldSelector !== undefined && { fieldSelector }) };
    const parameters = { ...selected, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: seconds };
    const ended = Promise.withResolvers<unknown>();
    const watch = new Watch(this.clients.kubeConfig);
    // The client takes half a minute for its end and has no public setting for it.
    Object.assign(watch, { requestTimeoutMs: IDLE_MILLISECONDS });
    const connection = await watch.watch(path, parameters, hear, ended.resolve);
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

  #hear(type: string, object: T): void {
    if (type !== 'BOOKMARK') this.#report(object);
    if (type === 'DELETED') this.#forget(object.metadata?.uid ?? '');
  }

  #heard(version: string): string {
    this.listener.onHeard?.(version);
    return version;
  }

  #report(object: T): void {
    const { uid = '', resourceVersion = '' } = object.metadata ?? {};
    if (this.#reported.get(uid) === resourceVersion) return;
    this.#reported.set(uid, resourceVersion);
    this.listener.onObject(object);
  }

  #forget(uid: string): void {
    if (this.#reported.delete(uid)) this.listener.onGone(uid);
  }
}

/** A short pause between two connections; longer and longer, jittered, while they fail. */
function pauseAfter(failures: number): number {
  const ceiling = Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** failures);
  return ceiling * (0.5 + Math.random() / 2);
}

/** A signal may fire while something is awaited, which the compiler does not see of its property. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
