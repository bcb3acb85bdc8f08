import { parseQuantity } from '#kernel';
import { canonicalQuantity } from '../objects/quantity.ts';
import type { Json, JsonObject } from '../objects/kube-object.ts';
import { badRequest } from '../api/status.ts';
import type { FieldType } from '../schema/type-model.ts';
import { fieldsOf } from '../schema/type-model.ts';

/** What the decoder makes of a body. */
export interface Decoded {
  /** Known fields only; quantities canonical, nulls gone. */
  readonly value: JsonObject;
  readonly unknownFields: readonly string[];
}

/** Thrown at the first value of a wrong type, as Go's decoder does. */
class WrongType extends Error {}

/**
 * Decodes a body as a model's type: drops and lists unknown fields, refuses values of a wrong type with 400 in the words of
 * the API server, and writes quantities in canonical form.
 */
export function decode(kind: string, apiVersion: string, model: string, body: JsonObject): Decoded {
  const unknownFields: string[] = [];
  try {
    return { value: decodeObject(model, body, '', unknownFields), unknownFields };
  } catch (error) {
    if (!(error instanceof WrongType)) throw error;
    throw badRequest(`${kind} in version "${apiVersion.split('/').at(-1) ?? ''}" cannot be handled as a ${kind}: ${error.message}`);
  }
}

function decodeObject(model: string, value: Json, path: string, unknown: string[]): JsonObject {
  if (!isObject(value)) throw wrongType(value, path, model.replace(/^(Core)?V1/, 'v1.'));
  const fields = fieldsOf(model);
  const result: JsonObject = {};
  for (const [name, field] of Object.entries(value)) {
    const type = fields.get(name);
    const at = path === '' ? name : `${path}.${name}`;
    if (type === undefined) unknown.push(at);
    else if (field !== null) result[name] = decodeValue(type, field, at, unknown);
  }
  return result;
}

function decodeValue(type: FieldType, value: Json, path: string, unknown: string[]): Json {
  switch (type.shape) {
    case 'object':
      return decodeObject(type.model, value, path, unknown);
    case 'list':
      if (!Array.isArray(value)) throw wrongType(value, path, '[]');
      return value.map((item, index) => decodeValue(type.of, item, `${path}[${index}]`, unknown));
    case 'map': {
      if (!isObject(value)) throw wrongType(value, path, 'map[string]string');
      const of = type.of;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decodeValue(of, item, `${path}.${key}`, unknown)]));
    }
    case 'quantity':
      return decodeQuantity(value, path);
    case 'any':
      return value;
    default:
      if (!isScalarOf(type.shape, value)) throw wrongType(value, path, GO_TYPES[type.shape]);
      return value;
  }
}

const GO_TYPES = {
  string: 'string',
  bytes: '[]uint8',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  number: 'float64',
  date: 'v1.Time',
  'int-or-string': 'intstr.IntOrString',
} as const;

function isScalarOf(shape: keyof typeof GO_TYPES, value: Json): boolean {
  switch (shape) {
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'int32':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
    case 'int64':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
    case 'int-or-string':
      return typeof value === 'string' || Number.isInteger(value);
  }
}

function decodeQuantity(value: Json, path: string): string {
  if (typeof value === 'number') return canonicalQuantity(String(value));
  if (typeof value !== 'string') throw wrongType(value, path, 'resource.Quantity');
  if (parseQuantity(value) === undefined) {
    throw new WrongType(
      `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (${path}: ${JSON.stringify(value)})`,
    );
  }
  return canonicalQuantity(value);
}

function wrongType(value: Json, path: string, goType: string): WrongType {
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
  return new WrongType(`json: cannot unmarshal ${found} into Go struct field .${path} of type ${goType}`);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
