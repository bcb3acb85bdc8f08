import { Injectable, Logger } from '@nestjs/common';
import { Cluster, hasEnded, type PodObservation } from '#cluster';
import { Clock, instantOf } from '#kernel';
import type { PodSighting } from '#metering';

/**
 * The pods of this system as the cluster last told: every controller keeps one, leader or not, so that whoever takes over has
 * nothing to catch up with. It carries no truth: what counts is recorded from it by metering.
 */
@Injectable()
export class PodCache {
  readonly #log = new Logger(PodCache.name);
  readonly #pods = new Map<string, PodObservation>();
  readonly #changed = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #synced = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly clock: Clock,
  ) {}

  /** Watches until `signal` fires; comes back by itself after any loss of connection. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.cluster.watchPods(
      {
        onPod: (pod) => this.#see(pod),
        onGone: (uid) => this.#forget(uid),
        onSynced: () => {
          if (!this.#synced) this.#log.log(`knows the cluster's ${this.#pods.size} pods`);
          this.#synced = true;
          this.#tell();
        },
      },
      signal,
    );
  }

  /** Whether the cluster was listed whole at least once: before, a pod that is not here may well exist. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Calls `changed` whenever a pod changes. */
  onChange(changed: () => void): void {
    this.#listeners.add(changed);
  }

  /** Whether nothing will ever tell when the pod ended: it is gone, or its node is and took the answer along (rule M3). */
  isLost(uid: string): boolean {
    const pod = this.#pods.get(uid);
    return pod === undefined || (hasEnded(pod) && pod.startedAt !== undefined && pod.endedAt === undefined);
  }

  all(): PodObservation[] {
    return [...this.#pods.values()];
  }

  /** Pods by `<job id>/<attempt>`. */
  byAdmission(): Map<string, PodObservation[]> {
    return Map.groupBy(this.#pods.values(), (pod) => admissionOf(pod));
  }

  /** Takes the pods that changed since the last time; give them back with `putBack` where recording them failed. */
  takeChanged(): PodObservation[] {
    const pods = [...this.#changed].flatMap((uid) => this.#pods.get(uid) ?? []);
    this.#changed.clear();
    return pods;
  }

  putBack(pods: readonly PodObservation[]): void {
    for (const pod of pods) this.#changed.add(pod.uid);
  }

  #see(pod: PodObservation): void {
    this.#pods.set(pod.uid, pod);
    this.#changed.add(pod.uid);
    this.#tell();
  }

  #forget(uid: string): void {
    this.#pods.delete(uid);
    this.#changed.delete(uid);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** What metering is to know of `pod`: nothing before its main container has started (rule M1). */
  sightingOf(pod: PodObservation, tenantId: string): PodSighting | undefined {
    if (pod.startedAt === undefined || this.isLost(pod.uid)) return undefined;
    const { uid, gpus, startedAt, endedAt, jobId } = pod;
    return { podUid: uid, admissionId: admissionOf(pod), jobId, tenantId, gpus, startedAt, endedAt, seenAt: instantOf(this.clock.now()) };
  }
}

export function admissionOf(pod: PodObservation): string {
  return `${pod.jobId}/${pod.attempt}`;
}
