/**
 * `items` in turns of their owners: the first of each owner, then the second of each, and so on; each owner's in their own order, and
 * owners in the order of their first item. So an owner with many items does not delay the others.
 */
export function takeTurns<T>(items: readonly T[], ownerOf: (item: T) => string): T[] {
  const queues = [...Map.groupBy(items, ownerOf).values()];
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat();
}
