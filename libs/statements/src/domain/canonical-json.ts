import { jsonInteger } from '#kernel';

function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return jsonInteger(value);
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, canonical(part)]));
  }
  return value;
}

/** The canonical form of a document: keys sorted, no white space, integers only (rule T5). The same facts give the same bytes. */
export function canonicalJson(document: object): string {
  return JSON.stringify(canonical(document));
}
