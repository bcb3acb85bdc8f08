import { sameJson } from '../objects/json-equality.ts';
import type { Json, JsonObject } from '../objects/kube-object.ts';
import { isAtomic, listRule } from '../schema/list-rules.ts';
import type { FieldType } from '../schema/type-model.ts';
import { fieldsOf } from '../schema/type-model.ts';
import { isObject } from '../validation/decode.ts';

/**
 * The fields of an object as paths, in the notation of FieldsV1: `f:name` for a field, `k:{…}` for an item of an associative
 * list, `v:…` for an item of a set, joined by newlines. A path stands for a leaf, or with a last `.` for an item itself.
 */
export type FieldSet = Set<string>;

const SEPARATOR = '\n';
const NOT_OWNED = new Set(['f:apiVersion', 'f:kind']);
const SYSTEM_METADATA = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
  'generateName',
]);

/** Calls `leaf` for each leaf of `object` with its path and value. */
export function eachLeaf(model: string, object: JsonObject, leaf: (path: string, value: Json) => void): void {
  for (const [name, value] of Object.entries(object)) {
    if (NOT_OWNED.has(`f:${name}`)) continue;
    if (name === 'metadata' && isObject(value)) {
      for (const [field, inner] of Object.entries(value)) {
        if (!SYSTEM_METADATA.has(field)) walkField('V1ObjectMeta', field, inner, `f:metadata${SEPARATOR}f:${field}`, leaf);
      }
    } else walkField(model, name, value, `f:${name}`, leaf);
  }
}

function walkField(model: string, name: string, value: Json, path: string, leaf: (path: string, value: Json) => void): void {
  walkTyped(fieldsOf(model).get(name), model, name, value, path, leaf);
}

function walkTyped(
  type: FieldType | undefined,
  model: string,
  name: string,
  value: Json,
  path: string,
  leaf: (path: string, value: Json) => void,
): void {
  if (type?.shape === 'object' && isObject(value) && !isAtomic(model, name, type.model) && Object.keys(value).length > 0) {
    for (const [field, inner] of Object.entries(value)) walkField(type.model, field, inner, `${path}${SEPARATOR}f:${field}`, leaf);
  } else if (type?.shape === 'map' && isObject(value) && !isAtomic(model, name) && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value)) leaf(`${path}${SEPARATOR}f:${key}`, inner);
  } else if (type?.shape === 'list' && Array.isArray(value)) {
    walkList(type.of, model, name, value, path, leaf);
  } else leaf(path, value);
}

function walkList(
  of: FieldType,
  model: string,
  name: string,
  value: Json[],
  path: string,
  leaf: (path: string, value: Json) => void,
): void {
  const { keys, set } = listRule(model, name);
  if (set === true) {
    for (const item of value) leaf(`${path}${SEPARATOR}v:${JSON.stringify(item)}`, item);
  } else if (keys !== undefined && of.shape === 'object') {
    for (const item of value) {
      if (!isObject(item)) continue;
      const at = `${path}${SEPARATOR}${itemKey(keys, item)}`;
      leaf(`${at}${SEPARATOR}.`, null);
      for (const [field, inner] of Object.entries(item)) walkField(of.model, field, inner, `${at}${SEPARATOR}f:${field}`, leaf);
    }
  } else leaf(path, value);
}

/** Path element of an item of an associative list. An absent `protocol` means TCP, as its default says. */
export function itemKey(keys: readonly string[], item: JsonObject): string {
  return `k:${JSON.stringify(Object.fromEntries([...keys].sort().map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : null)])))}`;
}

export function fieldSet(model: string, object: JsonObject): Map<string, Json> {
  const leaves = new Map<string, Json>();
  eachLeaf(model, object, (path, value) => leaves.set(path, value));
  return leaves;
}

/** Paths whose value is new or different in `after`, and paths that are gone. */
export function difference(before: ReadonlyMap<string, Json>, after: ReadonlyMap<string, Json>): { changed: FieldSet; removed: FieldSet } {
  const changed: FieldSet = new Set();
  for (const [path, value] of after) if (!before.has(path) || !sameJson(before.get(path), value)) changed.add(path);
  const removed: FieldSet = new Set();
  for (const path of before.keys()) if (!after.has(path)) removed.add(path);
  return { changed, removed };
}

export function toFieldsV1(paths: Iterable<string>): JsonObject {
  const root: JsonObject = {};
  for (const path of [...paths].sort()) {
    let at = root;
    for (const part of path.split(SEPARATOR)) at = (at[part] ??= {}) as JsonObject;
  }
  return root;
}

export function fromFieldsV1(fields: JsonObject, prefix = ''): FieldSet {
  const paths: FieldSet = new Set();
  for (const [part, inner] of Object.entries(fields)) {
    const path = prefix === '' ? part : `${prefix}${SEPARATOR}${part}`;
    if (!isObject(inner) || Object.keys(inner).length === 0) paths.add(path);
    else for (const below of fromFieldsV1(inner, path)) paths.add(below);
  }
  return paths;
}

/** A path as messages show it: `.spec.template.spec.containers[name="main"].image`. */
export function readablePath(path: string): string {
  return path
    .split(SEPARATOR)
    .map((part) => {
      if (part === '.') return '';
      if (part.startsWith('k:')) {
        const keys = Object.entries(JSON.parse(part.slice(2)) as JsonObject).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
        return `[${keys.join(',')}]`;
      }
      return part.startsWith('v:') ? `[${part.slice(2)}]` : `.${part.slice(2)}`;
    })
    .join('');
}
