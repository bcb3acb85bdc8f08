/** A JSON Schema as zod writes it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly examples?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly additionalProperties?: boolean | JsonSchema;
}

const ULID = '01m87dd5ep5z67vz613k1z6nkn';
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-10-01T00:00:00.000Z',
  date: '2026-10-01',
  email: 'engineer@jiding.example',
  uri: 'https://compute.park.example',
};
/** Texts for fields with a pattern: the first that fits is the example. */
const TEXTS = [`job_${ULID}/1`, '2026-10', 'h800', 'xuhui-2026', '91310104MA1FR0000X', '123456', '/grants', '1:2', 'text', 'QUJD'];
const DEEPEST = 8;

/** An example of `schema` that fits it, the same each time: each field that may be there, lists with one item. */
export function exampleOf(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>, depth = 0): unknown {
  const inner = (part: JsonSchema): unknown => exampleOf(part, components, depth + 1);
  if (Array.isArray(schema.examples)) return (schema.examples as unknown[])[0];
  if (schema.$ref !== undefined) return depth > DEEPEST ? null : inner(components[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const variant = (schema.anyOf ?? schema.oneOf ?? []).find(({ type }) => type !== 'null');
  if (variant !== undefined) return inner(variant);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map(inner)) as unknown;
  switch (Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type) {
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, schema.minimum ?? 0, (schema.exclusiveMinimum ?? 0) + 1), schema.maximum ?? Infinity);
    case 'boolean':
      return true;
    case 'array':
      return [inner(schema.items ?? {})];
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, inner(part)]));
    case 'null':
      return null;
    default:
      return {};
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = Infinity }: JsonSchema): string {
  const formatted = FORMATS[format ?? ''];
  if (formatted !== undefined) return formatted;
  if (pattern === undefined) return 'example'.padEnd(minLength, 'e').slice(0, maxLength);
  const prefix = /^\^(\w+)_\[0-9a-z\]\+\$$/.exec(pattern)?.[1];
  if (prefix !== undefined) return `${prefix}_${ULID}`;
  const expression = new RegExp(pattern, 'u');
  // Where none fits, the test of the document says so: add one to its schema with .meta({ examples: […] }).
  return TEXTS.find((text) => expression.test(text) && text.length >= minLength && text.length <= maxLength) ?? 'example';
}
