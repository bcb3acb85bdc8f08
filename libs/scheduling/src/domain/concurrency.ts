import { gpusOf, type Shape } from './shape.ts';

/** Key of a concurrency limit. */
export function limitKey(tenantId: string, gpuClass: string): string {
  return `${tenantId}/${gpuClass}`;
}

/** A job that would exceed the concurrency limit of its company, in GPUs. */
export interface LimitExcess {
  readonly limit: number;
  readonly inUse: number;
  readonly needed: number;
}

/** GPUs that each company uses at once, and the limits on them (rule S2). */
export class Concurrency {
  readonly #inUse = new Map<string, number>();

  /** @param limits in GPUs, by `limitKey`; a company without one may use any number */
  constructor(private readonly limits: ReadonlyMap<string, number>) {}

  use(tenantId: string, gpuClass: string, gpus: number): void {
    const key = limitKey(tenantId, gpuClass);
    this.#inUse.set(key, (this.#inUse.get(key) ?? 0) + gpus);
  }

  /** By how much `job` would exceed its company's limit (rule S2); undefined where it stays within. */
  excessOf(job: Shape & { readonly tenantId: string }): LimitExcess | undefined {
    const key = limitKey(job.tenantId, job.gpuClass);
    const [limit, inUse, needed] = [this.limits.get(key), this.#inUse.get(key) ?? 0, gpusOf(job)];
    return limit === undefined || inUse + needed <= limit ? undefined : { limit, inUse, needed };
  }
}
