import { Injectable, Logger } from '@nestjs/common';
import { ClusterService, type PodObservation, revisionOf } from '#cluster';
import { followSign, hasEnded, isStartSign, type StartSign } from '#jobs';
import { Clock, instantOf } from '#kernel';
import { PodView } from './pod-view.ts';

/** Begins the log line of a controller that has listed the pods of the cluster, from when on it can lead. */
export const PODS_LISTED = 'listed the pods of the cluster';

/** A pod as the cluster reported it last. */
export interface SeenPod {
  readonly pod: PodObservation;
  /** How many full lists of the cluster's pods there had been before. */
  readonly lists: number;
}

/** Hears of every change of a pod. */
export interface EachPodListener {
  readonly seen: (pod: PodObservation) => void;
  readonly gone: (uid: string) => void;
}

/**
 * Our pods as the cluster reported them last. Every controller keeps a cache, leader or not, so that a new leader can begin at once. The
 * cache is not the truth: only what metering records from it counts.
 *
 * The cache keeps the last state of each pod and no queue of events. So its size is limited by the existing pods. The changes that nobody
 * has taken are limited by those and by the pods that were deleted since the list before the last one.
 */
@Injectable()
export class PodCache {
  readonly #log = new Logger(PodCache.name);
  readonly #pods = new Map<string, PodObservation>();
  readonly #changed = new Map<string, SeenPod>();
  /** Why pods do not start, and since when. */
  readonly #signs = new Map<string, StartSign>();
  readonly #podListeners = new Set<EachPodListener>();
  readonly #listeners = { all: new Set<() => void>(), freed: new Set<() => void>() };
  #lists = 0;
  #received = 0n;

  constructor(
    private readonly cluster: ClusterService,
    private readonly clock: Clock,
  ) {}

  /** Watches the cluster until `signal` aborts, and reconnects after any loss of connection. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.cluster.pods.watch(
      {
        onPod: (pod) => this.#see(pod),
        onGone: (uid) => this.#forget(uid),
        onSynced: () => this.#listed(),
        onHeard: (version) => (this.#received = revisionOf(version)),
      },
      signal,
    );
  }

  /** Whether there was a full list of the pods. Before that, a pod that is not in the cache may exist. */
  get synced(): boolean {
    return this.#lists > 0;
  }

  /** Whether the cache has received all changes up to `version` of the cluster. */
  hasReceived(version: string): boolean {
    return this.#received >= revisionOf(version);
  }

  /** Calls `changed` whenever a pod changes, or only when one has ended or is gone and has freed what it used of its node. */
  onChange(which: 'all' | 'freed', changed: () => void): void {
    this.#listeners[which].add(changed);
  }

  /** Calls `listener` with each pod that changes, and with the UID of each that is gone. */
  onPod(listener: EachPodListener): void {
    this.#podListeners.add(listener);
  }

  /** The pods in their present state. */
  view(): PodView {
    return new PodView(new Map(this.#pods), new Map(this.#signs));
  }

  all(): PodObservation[] {
    return [...this.#pods.values()];
  }

  /**
   * Takes the last state of each pod that changed since the last call, even if the pod is gone by now. Pods that cannot be recorded are
   * returned with `putBack`.
   */
  takeChanged(): SeenPod[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  putBack(changed: readonly SeenPod[]): void {
    for (const seen of changed) if (!this.#changed.has(seen.pod.uid)) this.#changed.set(seen.pod.uid, seen);
  }

  /** Forgets pods that are not needed any more. They stay in the cluster for their logs. */
  retire(pods: readonly PodObservation[]): void {
    // A pod that changed meanwhile stays.
    for (const pod of pods) {
      if (this.#pods.get(pod.uid) !== pod) continue;
      this.#pods.delete(pod.uid);
      this.#signs.delete(pod.uid);
    }
  }

  #see(pod: PodObservation): void {
    const before = this.#pods.get(pod.uid);
    this.#pods.set(pod.uid, pod);
    this.#follow(pod);
    this.#changed.set(pod.uid, { pod, lists: this.#lists });
    for (const { seen } of this.#podListeners) seen(pod);
    this.#notify(before !== undefined && !hasEnded(before) && hasEnded(pod));
  }

  /** The cluster reports once that a pod does not start, so the cache remembers since when. */
  #follow({ uid, index, startedAt, startSign }: PodObservation): void {
    if (startedAt !== undefined) this.#signs.delete(uid);
    else if (startSign !== undefined && isStartSign(startSign.reason))
      this.#signs.set(uid, followSign(this.#signs.get(uid), { index, ...startSign }, instantOf(this.clock.now())));
  }

  #forget(uid: string): void {
    this.#signs.delete(uid);
    for (const { gone } of this.#podListeners) gone(uid);
    const before = this.#pods.get(uid);
    this.#pods.delete(uid);
    this.#notify(before !== undefined && !hasEnded(before));
  }

  #listed(): void {
    if (!this.synced) this.#log.log(`${PODS_LISTED}: ${this.#pods.size}`);
    this.#lists += 1;
    // Another process leads and has recorded them.
    for (const [uid, { lists }] of this.#changed) if (!this.#pods.has(uid) && lists < this.#lists - 2) this.#changed.delete(uid);
    this.#notify(true);
  }

  #notify(freed: boolean): void {
    for (const listener of this.#listeners.all) listener();
    if (freed) for (const listener of this.#listeners.freed) listener();
  }
}
