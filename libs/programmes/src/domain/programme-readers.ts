import type { Principal } from '#identity';

/** Whether `reader` reads programmes that were never opened: the people of the park do, those of companies do not. */
export function readsDrafts({ tenantId }: Pick<Principal, 'tenantId'>): boolean {
  return tenantId === undefined;
}
