/**
 * What each tenant gets of `capacity` by max-min fairness: equal parts, and what a tenant does not demand goes to the others in equal
 * parts.
 * @param demanded by tenant, in the unit of `capacity`
 */
export function fairAllocation(demanded: ReadonlyMap<string, number>, capacity: number): Map<string, number> {
  const ascending = [...demanded].toSorted(([, a], [, b]) => a - b);
  const allocation = new Map<string, number>();
  let left = capacity;
  for (const [index, [tenant, demand]] of ascending.entries()) {
    const given = Math.min(demand, left / (ascending.length - index));
    allocation.set(tenant, given);
    left -= given;
  }
  return allocation;
}
