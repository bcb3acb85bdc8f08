import { sameJson } from '../objects/json-equality.ts';
import { ApiError, badRequest } from '../api/status.ts';
import type { Json, JsonObject } from '../objects/kube-object.ts';
import { isObject } from '../validation/decode.ts';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** RFC 6902 on a copy. A failing test or a path that is not there is 422, as the API server answers. */
export function applyJsonPatch(document: JsonObject, patch: Json): JsonObject {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let result: Json = structuredClone(document);
  for (const each of patch as unknown as readonly Operation[]) result = applyOperation(result, each);
  if (!isObject(result)) throw unprocessable('the patch left no object');
  return result;
}

function applyOperation(document: Json, { op, path, from, value }: Operation): Json {
  switch (op) {
    case 'add':
      return write(document, path, value ?? null, 'add');
    case 'replace':
      read(document, path);
      return write(document, path, value ?? null, 'replace');
    case 'remove':
      read(document, path);
      return write(document, path, undefined, 'replace');
    case 'copy':
      return write(document, path, structuredClone(read(document, from ?? '')), 'add');
    case 'move': {
      const moved = read(document, from ?? '');
      return write(write(document, from ?? '', undefined, 'replace'), path, moved, 'add');
    }
    case 'test':
      if (!sameJson(read(document, path, null), value ?? null)) throw unprocessable(`testing value ${path} failed: test failed`);
      return document;
    default:
      throw badRequest(`Unexpected kind: ${op}`);
  }
}

function segments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: Json, pointer: string, missing?: null): Json {
  let value: Json | undefined = document;
  for (const part of segments(pointer)) {
    value = Array.isArray(value) ? value[Number(part)] : isObject(value) ? value[part] : undefined;
    if (value === undefined) {
      if (missing === null) return null;
      throw unprocessable(`jsonpatch operation does not apply: doc is missing path: ${pointer}: missing value`);
    }
  }
  return value;
}

/** Sets, inserts ('add' into a list) or, with no value, removes what `pointer` names. */
function write(document: Json, pointer: string, value: Json | undefined, mode: 'add' | 'replace'): Json {
  const parts = segments(pointer);
  const last = parts.pop();
  if (last === undefined) return value ?? null;
  const parent = read(document, parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) throw unprocessable(`jsonpatch index out of bounds: ${pointer}`);
    if (value === undefined) parent.splice(index, 1);
    else parent.splice(index, mode === 'add' ? 0 : 1, value);
  } else if (isObject(parent)) {
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  } else throw unprocessable(`jsonpatch path ${pointer} leads through a scalar`);
  return document;
}

function unprocessable(message: string): ApiError {
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`);
}
