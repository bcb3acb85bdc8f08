import type { PodObservation } from '#cluster';
import type { StartSign } from '#jobs';
import { admissionIdOf } from '#kernel';
import { isLost } from '#metering';

/**
 * Our pods at one moment. A turn records its view first and then uses only this view. So no decision rests on a fact that is not
 * recorded, and no pod is released whose end is not recorded.
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

  /** The pods of an attempt. */
  ofAdmission(admissionId: string): readonly PodObservation[] {
    this.#byAdmission ??= Map.groupBy(this.#pods.values(), admissionOf);
    return this.#byAdmission.get(admissionId) ?? [];
  }

  /** Why the pods of an attempt do not start. */
  startSigns(admissionId: string): StartSign[] {
    return this.ofAdmission(admissionId).flatMap(({ uid }) => this.#signs.get(uid) ?? []);
  }

  /** Pods that are over and whose end nobody will report (rule M3). */
  lost(): PodObservation[] {
    return this.all().filter(isLost);
  }
}

export function admissionOf(pod: Pick<PodObservation, 'jobId' | 'attempt'>): string {
  return admissionIdOf(pod);
}
