import 'reflect-metadata';
import type { LeaderTerm } from '#database';

const LEASE = 'speedspace:lease';

/** What a schedule calls. Every transaction in it begins with `term.fence(tx)`. */
export type LeadingMethod = (term: LeaderTerm) => Promise<void>;

/**
 * Stands on a method with `@Cron` or `@Interval`: of all processes only the one that holds `lease` calls the method, and passes it its
 * term.
 */
export function Leading(lease: string) {
  return (_target: object, _key: string | symbol, { value }: TypedPropertyDescriptor<LeadingMethod>): void => {
    if (value !== undefined) Reflect.defineMetadata(LEASE, lease, value);
  };
}

/** The lease under which `method` runs; undefined without `@Leading`. */
export function leaseOf(method: object): string | undefined {
  return Reflect.getMetadata(LEASE, method) as string | undefined;
}
