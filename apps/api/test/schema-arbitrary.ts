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

const instants = (): Arbitrary<Date> => fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') });

const madeTexts = new Map<string, Arbitrary<string>>();

/** Texts of a schema. fast-check takes milliseconds to understand a pattern, and the schemas of many routes have the same ones. */
function text(schema: JsonSchema, faulty: boolean): Arbitrary<string> {
  const { format, pattern, minLength, maxLength } = schema;
  const key = JSON.stringify([faulty, format, pattern, minLength, maxLength]);
  const made = madeTexts.get(key) ?? newText(schema, faulty);
  madeTexts.set(key, made);
  return made;
}

function newText(schema: JsonSchema, faulty: boolean): Arbitrary<string> {
  if (schema.format === 'date-time')
    return instants().map((date) => (faulty ? date.toISOString() : date.toISOString().replace(/\.\d+/, '')));
  if (schema.format === 'date') return instants().map((date) => date.toISOString().slice(0, 10));
  if (schema.format === 'email')
    return faulty ? fc.emailAddress() : fc.stringMatching(/^[a-z]{8,12}$/).map((name) => `${name}@example.com`);
  const plain = fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 40, 40), unit: 'grapheme' });
  // Patterns with look-ahead or classes that the generator does not know fall back to plain text.
  if (schema.pattern !== undefined && !/\(\?[!=<]|\\p\{/i.test(schema.pattern)) return fc.stringMatching(new RegExp(schema.pattern));
  return plain;
}

/** What values are made from. */
export interface ValueSource {
  /** The schemas that `$ref` names. */
  readonly schemas: Record<string, object>;
  /** Values of properties by their name that exist, such as a programme's id. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Whether anything, anywhere inside, may be what the schema does not allow. */
  readonly faulty: boolean;
  /** Whether objects have no more than the properties that they need. */
  readonly bare?: boolean;
}

/** Values of a JSON Schema: fitting ones; where they may be faulty, now and then something else anywhere inside. */
export function valuesOf(schema: JsonSchema, source: ValueSource, depth = 0): Arbitrary<unknown> {
  if (depth > 6) return fc.constant(null);
  const fitting = fittingValues(schema, source, depth);
  return source.faulty ? fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: nasty() }) : fitting;
}

function fittingValues(schema: JsonSchema, source: ValueSource, depth: number): Arbitrary<unknown> {
  const inner = (part: JsonSchema) => valuesOf(part, source, depth + 1);
  if (schema.$ref !== undefined) return inner(source.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return fc.oneof(...variants.map(inner));
  const type = Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type;
  switch (type) {
    case 'string':
      return text(schema, source.faulty);
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -1000, -(2 ** 31)), max: Math.min(schema.maximum ?? 100_000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(inner(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 6) });
    case 'object':
      return object(schema, source, inner);
    default:
      return nasty();
  }
}

function object(schema: JsonSchema, source: ValueSource, inner: (part: JsonSchema) => Arbitrary<unknown>): Arbitrary<unknown> {
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, part]) => [
      name,
      !(name in source.known)
        ? inner(part)
        : source.faulty
          ? fc.oneof(fc.constant(source.known[name]), inner(part))
          : fc.constant(source.known[name]),
    ]),
  );
  const requiredKeys = (schema.required ?? []).filter((name) => name in properties);
  if (source.bare === true)
    return fc.record(Object.fromEntries(Object.entries(properties).filter(([name]) => requiredKeys.includes(name))));
  const fitting = fc.record(properties, { requiredKeys });
  if (!source.faulty) return fitting;
  const withMore = fc
    .tuple(fitting, fc.dictionary(fc.string({ maxLength: 10 }), nasty(), { maxKeys: 1 }))
    .map(([a, b]) => ({ ...a, ...b }));
  return fc.oneof({ weight: 8, arbitrary: fitting }, { weight: 1, arbitrary: withMore });
}
