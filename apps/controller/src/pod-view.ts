import { hasEnded, type PodObservation } from '#cluster';
import type { StartSign } from '#jobs';
import { admissionIdOf } from '#kernel';

/**
 * The pods of this system at one moment. A turn looks at one view from beginning to end, and records it first: so nothing is
 * decided on a fact that is not written, and no pod is let go whose end is not.
 */
export class PodView {
  readonly #pods: ReadonlyMap<string, PodObservation>;
  readonly #signs: ReadonlyMap<string, StartSign>;
  #byAdmission: Map<string, PodObservation[]> | undefined;

  /** @param signs why pods do not start, by UID */
  constructor(pods: ReadonlyMap<string, PodObservation>, signs: ReadonlyMap<string, StartSign>) {
    this.#pods = pods;
    this.#signs = signs;
  }

  all(): PodObservation[] {
    return [...this.#pods.values()];
  }

  has(uid: string): boolean {
    return this.#pods.has(uid);
  }

  /** Pods of an attempt, by `<job id>/<attempt>`. */
  ofAdmission(admissionId: string): readonly PodObservation[] {
    this.#byAdmission ??= Map.groupBy(this.#pods.values(), admissionOf);
    return this.#byAdmission.get(admissionId) ?? [];
  }

  /** Why pods of an attempt do not start. */
  startSigns(admissionId: string): StartSign[] {
    return this.ofAdmission(admissionId).flatMap(({ uid }) => this.#signs.get(uid) ?? []);
  }

  /** Pods that are over without an end that anybody saw (rule M3). */
  lost(): PodObservation[] {
    return this.all().filter(isLost);
  }
}

/**
 * Whether the pod is over and its end will never be told, whatever it says of its start: where it is metered as running, it ends when
 * it was last seen running.
 */
export function isLost(pod: PodObservation): boolean {
  return hasEnded(pod) && pod.endedAt === undefined;
}

/** A pod on its way out whose main container never began has nothing to be metered. */
export function neverRan(pod: PodObservation): boolean {
  return pod.startedAt === undefined && (pod.deleting || hasEnded(pod));
}

export function admissionOf(pod: Pick<PodObservation, 'jobId' | 'attempt'>): string {
  return admissionIdOf(pod);
}
