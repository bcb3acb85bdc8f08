import { without } from '../objects/without.ts';
import { sameJson } from '../objects/json-equality.ts';
import type { StatusCause } from '../api/status.ts';
import { ApiError } from '../api/status.ts';
import type { Json, JsonObject, ManagedFieldsEntry } from '../objects/kube-object.ts';
import { isAtomic, listRule } from '../schema/list-rules.ts';
import type { FieldType } from '../schema/type-model.ts';
import { fieldsOf } from '../schema/type-model.ts';
import { isObject } from '../validation/decode.ts';
import { fieldSet, itemKey, readablePath, toFieldsV1 } from './field-set.ts';
import type { Ownership, Writer } from './managed-fields.ts';
import { isEntryOf, ownershipOf, toEntry } from './managed-fields.ts';

export interface Applied {
  readonly object: JsonObject;
  readonly managedFields: ManagedFieldsEntry[];
}

/**
 * Server-side apply: merges the applied configuration into the live object, drops what this manager applied before and
 * applies no longer (unless somebody else owns it too), and refuses with 409 to take fields that others set to another value,
 * unless `force` is given.
 */
export function serverSideApply(model: string, live: JsonObject, applied: JsonObject, writer: Writer, force: boolean): Applied {
  const wanted = fieldSet(model, applied);
  const present = fieldSet(model, live);
  const owners = ownershipOf((live.metadata as unknown as { managedFields?: ManagedFieldsEntry[] } | undefined)?.managedFields);
  const mine = owners.find((owner) => isEntryOf(writer, owner));
  const others = owners.filter((owner) => owner !== mine);
  const contested = new Set(
    [...wanted].filter(([path, value]) => !path.endsWith('.') && !sameJson(present.get(path), value)).map(([path]) => path),
  );
  if (!force) refuseConflicts(others, contested);

  const dropped = [...(mine?.fields ?? [])].filter((path) => !wanted.has(path) && !others.some(({ fields }) => fields.has(path)));
  const pruned = dropped.reduce((object, path) => removePath(model, object, path.split('\n')), structuredClone(live));
  const merged = mergeObject(model, pruned, applied);
  const unchanged = mine !== undefined && sameJson(mine.entry.fieldsV1, toFieldsV1(wanted.keys())) && sameJson(merged, live);
  const entries = others
    .map(({ entry, fields }) =>
      toEntry(
        entry,
        [...fields].filter((path) => !contested.has(path)),
        entry.time,
      ),
    )
    .filter((entry) => Object.keys(entry.fieldsV1).length > 0);
  return { object: merged, managedFields: [...entries, toEntry(writer, wanted.keys(), unchanged ? mine.entry.time : writer.time)] };
}

function refuseConflicts(others: readonly Ownership[], contested: ReadonlySet<string>): void {
  const causes: StatusCause[] = others.flatMap(({ entry, fields }) =>
    [...fields]
      .filter((path) => contested.has(path))
      .map((path) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with "${entry.manager}"${entry.operation === 'Update' ? ` using ${entry.apiVersion}` : ''}`,
        field: readablePath(path),
      })),
  );
  if (causes.length === 0) return;
  const list = causes.map(({ message, field }) => `${message}: ${String(field)}`).join(', ');
  throw new ApiError(409, 'Conflict', `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: ${list}`, { causes });
}

function mergeObject(model: string, live: JsonObject, applied: JsonObject): JsonObject {
  const fields = fieldsOf(model);
  const result: JsonObject = { ...live };
  for (const [name, value] of Object.entries(applied)) result[name] = mergeField(model, name, fields.get(name), result[name], value);
  return result;
}

function mergeField(model: string, name: string, type: FieldType | undefined, live: Json | undefined, applied: Json): Json {
  if (type?.shape === 'object' && isObject(live) && isObject(applied) && !isAtomic(model, name, type.model)) {
    return mergeObject(type.model, live, applied);
  }
  if (type?.shape === 'map' && isObject(live) && isObject(applied) && !isAtomic(model, name)) return { ...live, ...applied };
  if (type?.shape !== 'list' || !Array.isArray(live) || !Array.isArray(applied)) return applied;
  const { keys, set } = listRule(model, name);
  if (set === true) return [...live, ...applied.filter((item) => !live.includes(item))];
  if (keys === undefined || type.of.shape !== 'object') return applied;
  const itemModel = type.of.model;
  const result: Json[] = [...live];
  for (const item of applied) {
    if (!isObject(item)) continue;
    const at = result.findIndex((other) => isObject(other) && itemKey(keys, other) === itemKey(keys, item));
    const before = result[at];
    if (isObject(before)) result[at] = mergeObject(itemModel, before, item);
    else result.push(item);
  }
  return result;
}

function removePath(model: string | undefined, object: JsonObject, [part = '', ...rest]: readonly string[]): JsonObject {
  const name = part.slice(2);
  const value = object[name];
  if (value === undefined) return object;
  const type = model === undefined ? undefined : fieldsOf(model).get(name);
  if (rest.length === 0) return without(object, name);
  if (Array.isArray(value)) {
    const items = removeFromList(model ?? '', name, type, value, rest);
    return items.length === 0 ? without(object, name) : { ...object, [name]: items };
  }
  if (!isObject(value)) return object;
  const inner = removePath(type?.shape === 'object' ? type.model : undefined, value, rest);
  return Object.keys(inner).length === 0 ? without(object, name) : { ...object, [name]: inner };
}

function removeFromList(
  model: string,
  name: string,
  type: FieldType | undefined,
  list: Json[],
  [part = '', ...rest]: readonly string[],
): Json[] {
  if (part.startsWith('v:')) return list.filter((item) => JSON.stringify(item) !== part.slice(2));
  const { keys = [] } = listRule(model, name);
  const itemModel = type?.shape === 'list' && type.of.shape === 'object' ? type.of.model : undefined;
  return list.flatMap((item) => {
    if (!isObject(item) || itemKey(keys, item) !== part) return [item];
    if (rest[0] === '.') return [];
    // The keys stay until the item itself goes.
    return keys.includes(rest[0]?.slice(2) ?? '') ? [item] : [removePath(itemModel, item, rest)];
  });
}
