import type { PlaceableJob } from '#jobs';
import type { InadmissibleReason } from '#scheduling';

/** A queued job whose funds could not be held, and why. */
interface RefusedHold {
  readonly attempt: number;
  readonly reason: InadmissibleReason;
}

/**
 * Queued jobs whose funds could not be held (rule F5). A refusal is valid until something changes that could change the answer, so a job
 * without funds costs a cycle nothing. It is kept in memory only: a new leader asks once more.
 */
export class RefusedHolds {
  readonly #refused = new Map<string, RefusedHold>();

  reasonFor({ id, attempt }: Pick<PlaceableJob, 'id' | 'attempt'>): InadmissibleReason | undefined {
    const refused = this.#refused.get(id);
    return refused?.attempt === attempt ? refused.reason : undefined;
  }

  refuse({ id, attempt }: Pick<PlaceableJob, 'id' | 'attempt'>, reason: InadmissibleReason): void {
    this.#refused.set(id, { attempt, reason });
  }

  allow(id: string): void {
    this.#refused.delete(id);
  }

  clear(): void {
    this.#refused.clear();
  }

  /** Forgets the jobs that are not queued any more. @returns those of `queue` that are refused, in its order */
  among(queue: readonly PlaceableJob[]): PlaceableJob[] {
    if (this.#refused.size === 0) return [];
    const queued = new Set(queue.map(({ id }) => id));
    for (const id of this.#refused.keys()) if (!queued.has(id)) this.#refused.delete(id);
    return queue.filter((job) => this.reasonFor(job) !== undefined);
  }
}
