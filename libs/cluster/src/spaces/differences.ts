import type { KubernetesObject } from '@kubernetes/client-node';
import { parseQuantity } from '#kernel';

/** A field of an object that is not as it should be. */
export interface Difference {
  /** Such as `spec.hard.pods`. */
  readonly field: string;
  /** Names from the object down to the field. */
  readonly path: readonly string[];
  /** Undefined: the field is missing. */
  readonly found: unknown;
  /** Undefined: the field should not exist. */
  readonly wanted: unknown;
}

interface Described extends KubernetesObject {
  readonly spec?: object;
}

/**
 * Where `found` is not as `wanted`. The specification must be exactly as wanted, because a rule more can undo ours; of labels and
 * annotations only ours count, and of a namespace nothing else.
 */
export function differences(wanted: Described, found: Described): Difference[] {
  const metadata = (['labels', 'annotations'] as const).flatMap((part) => {
    const [ours, theirs] = [wanted.metadata?.[part] ?? {}, found.metadata?.[part] ?? {}];
    return Object.keys(ours).flatMap((key) => compare(['metadata', part, key], ours[key], theirs[key]));
  });
  return wanted.kind === 'Namespace' ? metadata : [...metadata, ...compare(['spec'], plain(wanted.spec), plain(found.spec))];
}

/** Without the properties that are undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function compare(path: readonly string[], wanted: unknown, found: unknown): Difference[] {
  if (isMap(wanted) && isMap(found)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(found)]);
    return [...keys].flatMap((key) => compare([...path, key], wanted[key], found[key]));
  }
  return isSame(wanted, found) ? [] : [{ field: path.join('.'), path, found, wanted }];
}

function isSame(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted) && Array.isArray(found)) {
    return wanted.length === found.length && wanted.every((item, index) => isSame(item, found[index]));
  }
  if (isMap(wanted) && isMap(found)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(found)]);
    return [...keys].every((key) => isSame(wanted[key], found[key]));
  }
  return wanted === found || isSameQuantity(wanted, found);
}

/** The API server writes quantities in another form than they were given: `2k` for `2000`. */
function isSameQuantity(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== 'string' || typeof found !== 'string') return false;
  const amount = parseQuantity(wanted);
  return amount !== undefined && amount === parseQuantity(found);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
