import { Injectable, Logger } from '@nestjs/common';
import { ClusterService, type PodObservation } from '#cluster';
import { followSign, isStartSign, type StartSign } from '#jobs';
import { Clock, instantOf } from '#kernel';
import { PodView } from './pod-view.ts';

/** A pod as it was last told. */
export interface SeenPod {
  readonly pod: PodObservation;
  /** How often the cluster had been listed whole by then. */
  readonly lists: number;
}

/**
 * The pods of this system as the cluster last told: every controller keeps one, leader or not, so that whoever takes over has
 * nothing to catch up with. It carries no truth: what counts is recorded from it by metering.
 *
 * Events do not queue up here: of each pod the last state stands, whatever came before it. So the cache is bounded by the pods
 * that exist; the changes that nobody has taken yet, by those and the pods that went since the list before the last.
 */
@Injectable()
export class PodCache {
  readonly #log = new Logger(PodCache.name);
  readonly #pods = new Map<string, PodObservation>();
  readonly #changed = new Map<string, SeenPod>();
  /** Why pods do not start, and since when that is seen. */
  readonly #signs = new Map<string, StartSign>();
  readonly #listeners = new Set<() => void>();
  #lists = 0;
  #heard = 0n;

  constructor(
    private readonly cluster: ClusterService,
    private readonly clock: Clock,
  ) {}

  /** Watches until `signal` fires; comes back by itself after any loss of connection. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.cluster.watchPods(
      {
        onPod: (pod) => this.#see(pod),
        onGone: (uid) => this.#forget(uid),
        onSynced: () => this.#listed(),
        onHeard: (version) => (this.#heard = revisionOf(version)),
      },
      signal,
    );
  }

  /** Whether the cluster was listed whole at least once: before, a pod that is not here may well exist. */
  get synced(): boolean {
    return this.#lists > 0;
  }

  /** Whether all that happened up to `version` of the cluster has come here, whatever delayed it. */
  hasHeard(version: string): boolean {
    return this.#heard >= revisionOf(version);
  }

  /** Calls `changed` whenever a pod changes. */
  onChange(changed: () => void): void {
    this.#listeners.add(changed);
  }

  /** The pods as they are now. */
  view(): PodView {
    return new PodView(new Map(this.#pods), new Map(this.#signs));
  }

  all(): PodObservation[] {
    return [...this.#pods.values()];
  }

  /**
   * Takes the last state of each pod that changed since the last time, be it gone by now; give them back with `putBack` where
   * recording them failed.
   */
  takeChanged(): SeenPod[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  putBack(changed: readonly SeenPod[]): void {
    for (const seen of changed) if (!this.#changed.has(seen.pod.uid)) this.#changed.set(seen.pod.uid, seen);
  }

  /** Forgets pods of which no more will be asked, though they stay in the cluster for their logs. */
  retire(pods: readonly PodObservation[]): void {
    // One that changed meanwhile is looked at again.
    for (const pod of pods) {
      if (this.#pods.get(pod.uid) !== pod) continue;
      this.#pods.delete(pod.uid);
      this.#signs.delete(pod.uid);
    }
  }

  #see(pod: PodObservation): void {
    this.#pods.set(pod.uid, pod);
    this.#follow(pod);
    this.#changed.set(pod.uid, { pod, lists: this.#lists });
    this.#tell();
  }

  /** A pod that does not start is told of once; how long it goes on is for us to remember. */
  #follow({ uid, index, startedAt, startSign }: PodObservation): void {
    if (startedAt !== undefined) this.#signs.delete(uid);
    else if (startSign !== undefined && isStartSign(startSign.reason))
      this.#signs.set(uid, followSign(this.#signs.get(uid), { index, ...startSign }, instantOf(this.clock.now())));
  }

  #forget(uid: string): void {
    this.#signs.delete(uid);
    this.#pods.delete(uid);
    this.#tell();
  }

  #listed(): void {
    if (!this.synced) this.#log.log(`knows the cluster's ${this.#pods.size} pods`);
    this.#lists += 1;
    // Where another process leads, it has recorded them long since.
    for (const [uid, { lists }] of this.#changed) if (!this.#pods.has(uid) && lists < this.#lists - 2) this.#changed.delete(uid);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Versions of one resource grow with its changes, and are compared as numbers (Kubernetes KEP-5504). */
function revisionOf(version: string): bigint {
  return /^\d+$/.test(version) ? BigInt(version) : 0n;
}
