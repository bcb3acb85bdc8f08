import * as client from '@kubernetes/client-node';
import { invariant } from '#kernel';

/** The shape of a field, read from the client's generated models: they list every field of every published type. */
export type FieldType =
  | { readonly shape: 'object'; readonly model: string }
  | { readonly shape: 'list'; readonly of: FieldType }
  | { readonly shape: 'map'; readonly of: FieldType }
  | { readonly shape: 'string' | 'boolean' | 'int32' | 'int64' | 'number' | 'date' | 'bytes' | 'quantity' | 'int-or-string' | 'any' };

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

const models = client as unknown as Readonly<Record<string, { readonly attributeTypeMap?: readonly Attribute[] } | undefined>>;
const known = new Map<string, ReadonlyMap<string, FieldType>>();

/** Maps of quantities: the models say `string`, but a number is taken as well. */
const QUANTITY_MAPS = new Set([
  'requests',
  'limits',
  'capacity',
  'allocatable',
  'hard',
  'used',
  'min',
  'max',
  'default',
  'defaultRequest',
  'maxLimitRequestRatio',
  'overhead',
  'allocatedResources',
]);

/** Fields of a model by name. */
export function fieldsOf(model: string): ReadonlyMap<string, FieldType> {
  let fields = known.get(model);
  if (fields === undefined) {
    const attributes = models[model]?.attributeTypeMap;
    invariant(attributes !== undefined, `the client has no model ${model}`);
    fields = new Map(attributes.map((attribute) => [attribute.baseName, fieldType(attribute)]));
    known.set(model, fields);
  }
  return fields;
}

function fieldType({ baseName, type, format }: Attribute): FieldType {
  const parsed = parseType(type, format);
  if (parsed.shape === 'map' && parsed.of.shape === 'string' && QUANTITY_MAPS.has(baseName))
    return { shape: 'map', of: { shape: 'quantity' } };
  if (parsed.shape === 'string' && (baseName === 'sizeLimit' || baseName === 'divisor')) return { shape: 'quantity' };
  return parsed;
}

function parseType(type: string, format: string): FieldType {
  const list = /^(?:Array|Set)<(.*)>$/.exec(type);
  if (list?.[1] !== undefined) return { shape: 'list', of: parseType(list[1], format) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map?.[1] !== undefined) return { shape: 'map', of: parseType(map[1], format) };
  if (models[type]?.attributeTypeMap !== undefined) return { shape: 'object', model: type };
  switch (type) {
    case 'string':
      return { shape: format === 'byte' ? 'bytes' : 'string' };
    case 'number':
      return { shape: format === 'int32' || format === 'int64' ? format : 'number' };
    case 'boolean':
      return { shape: 'boolean' };
    case 'Date':
    case 'V1MicroTime':
      return { shape: 'date' };
    case 'IntOrString':
      return { shape: 'int-or-string' };
    default:
      return { shape: 'any' };
  }
}
