import type { JsonObject } from '../objects/kube-object.ts';
import type { StatusCause } from '../api/status.ts';
import { RESOURCES } from '../schema/resources.ts';
import type { Resource } from '../schema/resources.ts';

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly missingProperty?: string; readonly allowedValues?: readonly string[]; readonly format?: string };
}

interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

const validators = new Map<Resource, Validator>();

/** Loads the published schemas of everything served, from `kubernetes-models`. Once, at start. */
export async function loadPublishedSchemas(): Promise<void> {
  await Promise.all(
    RESOURCES.filter((resource) => !validators.has(resource)).map(async (resource) => {
      const module = (await import(`kubernetes-models/_schemas/${resource.schema}`)) as { readonly validate: Validator };
      validators.set(resource, module.validate);
    }),
  );
}

/**
 * Fields the schemas require but the API server does not ask of a request: the server itself fills them in or they belong to a status.
 */
const FILLED_IN = /^\/(status|metadata\/managedFields|metadata\/creationTimestamp)/;

/** Violations of the published schema, in the API server's words. */
export function schemaCauses(resource: Resource, object: JsonObject): StatusCause[] {
  const validate = validators.get(resource);
  if (validate === undefined || validate(object)) return [];
  const causes: StatusCause[] = [];
  for (const { instancePath, keyword, params } of validate.errors ?? []) {
    if (FILLED_IN.test(instancePath)) continue;
    const field = fieldPath(instancePath);
    if (keyword === 'required' && params.missingProperty !== undefined) {
      causes.push(required(field === '' ? params.missingProperty : `${field}.${params.missingProperty}`));
    } else if (keyword === 'enum') {
      const value = valueAt(object, instancePath);
      // An empty text is a missing value: the rules of the kind say so in better words.
      if (value !== '') causes.push(unsupported(field, value, params.allowedValues ?? []));
    } else if (keyword !== 'oneOf' && keyword !== 'anyOf' && keyword !== 'type') {
      causes.push(invalidValue(field, valueAt(object, instancePath), `does not match the published schema (${params.format ?? keyword})`));
    }
  }
  return causes;
}

export function required(field: string, why = ''): StatusCause {
  return { reason: 'FieldValueRequired', message: why === '' ? 'Required value' : `Required value: ${why}`, field };
}

export function invalidValue(field: string, value: unknown, why: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): StatusCause {
  const list = supported.map((each) => JSON.stringify(each)).join(', ');
  return { reason: 'FieldValueNotSupported', message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`, field };
}

export function forbiddenValue(field: string, why: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function fieldPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}

function valueAt(object: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null
          ? (value as Readonly<Record<string, unknown>>)[part.replaceAll('~1', '/').replaceAll('~0', '~')]
          : undefined,
      object,
    );
}
