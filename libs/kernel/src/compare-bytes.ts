/** Orders texts by their code units, for every locale the same. For `sort`, as `(a, b) => compareBytes(a.id, b.id)`. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
