import fc, { type Arbitrary } from 'fast-check';

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Record<string, JsonSchema>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly format?: string;
  readonly additionalProperties?: boolean | JsonSchema;
}

/** Strings that trouble parsers, databases and shells. */
const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '😀'.repeat(50),
  "'; DROP TABLE company; --",
  '../../etc/passwd',
  '%00',
  '__proto__',
  'constructor',
  '\u202e',
  'x'.repeat(20_000),
  '9'.repeat(400),
  '=1+1',
  '-0',
  'NaN',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00Z',
];

const nasty = (): Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown[]>(...NASTY, null, true, 0, -1, 1e308, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 1.5, [], {}, [[]]),
    fc.jsonValue({ maxDepth: 2 }),
  );

function text(schema: JsonSchema): Arbitrary<string> {
  if (schema.format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }).map((date) => date.toISOString());
  if (schema.format === 'date')
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }).map((date) => date.toISOString().slice(0, 10));
  if (schema.format === 'email') return fc.emailAddress();
  const plain = fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 40, 40), unit: 'grapheme' });
  // Patterns with look-ahead or classes that the generator does not know fall back to plain text.
  if (schema.pattern !== undefined && !/\(\?[!=<]|\\p\{/i.test(schema.pattern)) return fc.stringMatching(new RegExp(schema.pattern));
  return plain;
}

/** Values of a JSON Schema: fitting ones most of the time, and now and then, anywhere inside, something else. */
export function valuesOf(schema: JsonSchema, components: Record<string, object>, depth = 0): Arbitrary<unknown> {
  if (depth > 6) return fc.constant(null);
  return fc.oneof({ weight: 12, arbitrary: fitting(schema, components, depth) }, { weight: 1, arbitrary: nasty() });
}

function fitting(schema: JsonSchema, components: Record<string, object>, depth: number): Arbitrary<unknown> {
  const inner = (part: JsonSchema) => valuesOf(part, components, depth + 1);
  if (schema.$ref !== undefined) return inner(components[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return fc.oneof(...variants.map(inner));
  const type = Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type;
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -1000, -(2 ** 31)), max: Math.min(schema.maximum ?? 100_000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(inner(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 6) });
    case 'object':
      return object(schema, inner);
    default:
      return nasty();
  }
}

function object(schema: JsonSchema, inner: (part: JsonSchema) => Arbitrary<unknown>): Arbitrary<unknown> {
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, inner(part)]));
  const known = fc.record(properties, { requiredKeys: (schema.required ?? []).filter((name) => name in properties) });
  const withMore = fc.tuple(known, fc.dictionary(fc.string({ maxLength: 10 }), nasty(), { maxKeys: 1 })).map(([a, b]) => ({ ...a, ...b }));
  return fc.oneof({ weight: 8, arbitrary: known }, { weight: 1, arbitrary: withMore });
}
