import { sameJson } from '../objects/json-equality.ts';
import { badRequest } from '../api/status.ts';
import type { Json, JsonObject } from '../objects/kube-object.ts';
import { listRule } from '../schema/list-rules.ts';
import type { FieldType } from '../schema/type-model.ts';
import { fieldsOf } from '../schema/type-model.ts';
import { isObject } from '../validation/decode.ts';

const DIRECTIVE = '$patch';
const DELETE_ITEMS = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';
const RETAIN = '$retainKeys';

/** Kubernetes' strategic merge patch: lists with a merge key are merged by it, with the `$` directives kubectl sends. */
export function applyStrategicMerge(model: string | undefined, target: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  const fields = model === undefined ? undefined : fieldsOf(model);
  let result: JsonObject = { ...target };
  const retained = patch[RETAIN];
  if (Array.isArray(retained)) result = Object.fromEntries(Object.entries(result).filter(([name]) => retained.includes(name)));
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue;
    const type = fields?.get(name);
    if (value === null) Reflect.deleteProperty(result, name);
    else if (Array.isArray(value)) result[name] = mergeList(model, name, type, result[name], value);
    else if (isObject(value)) result[name] = applyStrategicMerge(modelOf(type), isObject(result[name]) ? result[name] : {}, value);
    else result[name] = value;
  }
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE_ITEMS)) removeItems(result, name.slice(DELETE_ITEMS.length), value);
    if (name.startsWith(ORDER)) orderItems(result, model, name.slice(ORDER.length), value);
  }
  return result;
}

function modelOf(type: FieldType | undefined): string | undefined {
  if (type?.shape === 'object') return type.model;
  if (type?.shape === 'map' && type.of.shape === 'object') return type.of.model;
  return undefined;
}

function mergeList(model: string | undefined, name: string, type: FieldType | undefined, target: Json | undefined, patch: Json[]): Json {
  const rule = model === undefined ? {} : listRule(model, name);
  const before = Array.isArray(target) ? target : [];
  if (rule.set === true) return [...before, ...patch.filter((item) => !before.includes(item))];
  const key = rule.patchKey;
  if (key === undefined) return patch;
  const itemModel = type?.shape === 'list' ? modelOf(type.of) : undefined;
  if (patch.some((item) => isObject(item) && item[DIRECTIVE] === 'replace')) {
    return patch.filter((item) => !isObject(item) || item[DIRECTIVE] !== 'replace');
  }
  let result = [...before];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const identity = item[key];
    if (identity === undefined) throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const same = (other: Json): boolean => isObject(other) && sameJson(other[key], identity);
    if (item[DIRECTIVE] === 'delete') result = result.filter((other) => !same(other));
    else if (result.some(same)) {
      result = result.map((other) => (same(other) && isObject(other) ? applyStrategicMerge(itemModel, other, item) : other));
    } else result.push(applyStrategicMerge(itemModel, {}, item));
  }
  return result;
}

function removeItems(result: JsonObject, name: string, items: Json): void {
  const list = result[name];
  if (Array.isArray(list) && Array.isArray(items)) result[name] = list.filter((item) => !items.includes(item));
}

/** Items the patch names come in its order; the server's own keep their place relative to their neighbours before them. */
function orderItems(result: JsonObject, model: string | undefined, name: string, order: Json): void {
  const list = result[name];
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const key = model === undefined ? undefined : listRule(model, name).patchKey;
  const identityOf = (item: Json): Json | undefined => (key !== undefined && isObject(item) ? item[key] : item);
  const wanted = order.map(identityOf);
  const ranked = list.map((item, index) => ({ item, index, rank: wanted.findIndex((each) => sameJson(each, identityOf(item))) }));
  const ordered = ranked.filter(({ rank }) => rank >= 0).sort((a, b) => a.rank - b.rank);
  result[name] = ranked.map((each) => (each.rank >= 0 ? (ordered.shift()?.item ?? each.item) : each.item));
}

function withoutDirectives(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('$')));
}
