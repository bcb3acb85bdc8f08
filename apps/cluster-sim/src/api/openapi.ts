import type { Resource } from '../schema/resources.ts';
import { RESOURCES, apiVersionOf } from '../schema/resources.ts';
import type { FieldType } from '../schema/type-model.ts';
import { fieldsOf } from '../schema/type-model.ts';
import { listRule } from '../schema/list-rules.ts';

const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/** `/openapi/v3` lists a document per group version; kubectl reads from them whether the server validates fields. */
export function openApiIndex(): object {
  const versions = [...new Set(RESOURCES.map((resource) => prefixOf(resource).slice(1)))];
  return { paths: Object.fromEntries(versions.map((version) => [version, { serverRelativeURL: `/openapi/v3/${version}` }])) };
}

/** The OpenAPI 3 document of one group version such as `apis/batch/v1`; undefined when it is not served. */
export function openApiDocument(version: string): object | undefined {
  const resources = RESOURCES.filter((resource) => prefixOf(resource) === `/${version}`);
  if (resources.length === 0) return undefined;
  const schemas: Record<string, object> = {};
  const paths: Record<string, object> = {};
  for (const resource of resources) {
    addModel(schemas, resource.model, resource);
    const collection = `${prefixOf(resource)}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}`;
    const content = (types: readonly string[]): object =>
      Object.fromEntries(types.map((type) => [type, { schema: { $ref: ref(resource.model) } }]));
    const answer = {
      responses: { '200': { description: 'OK', content: content(['application/json']) } },
      'x-kubernetes-group-version-kind': kindOf(resource),
    };
    const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string' },
    }));
    paths[collection] = {
      get: { ...answer, 'x-kubernetes-action': 'list' },
      post: { ...answer, 'x-kubernetes-action': 'post', parameters, requestBody: { content: content(['application/json']) } },
    };
    paths[`${collection}/{name}`] = {
      get: { ...answer, 'x-kubernetes-action': 'get' },
      put: { ...answer, 'x-kubernetes-action': 'put', parameters, requestBody: { content: content(['application/json']) } },
      patch: { ...answer, 'x-kubernetes-action': 'patch', parameters, requestBody: { content: content(PATCH_TYPES) } },
      delete: { ...answer, 'x-kubernetes-action': 'delete' },
    };
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'simulated' }, paths, components: { schemas } };
}

/** `/openapi/v2` for clients that know only that: types, no paths. */
export function swaggerDocument(): object {
  const definitions: Record<string, object> = {};
  for (const resource of RESOURCES) addModel(definitions, resource.model, resource, '#/definitions/');
  return { swagger: '2.0', info: { title: 'Kubernetes', version: 'simulated' }, paths: {}, definitions };
}

function prefixOf(resource: Resource): string {
  return resource.group === '' ? '/api/v1' : `/apis/${apiVersionOf(resource)}`;
}

function kindOf({ group, version, kind }: Resource): object {
  return { group, version, kind };
}

function ref(model: string, base = '#/components/schemas/'): string {
  return `${base}${model}`;
}

function addModel(schemas: Record<string, object>, model: string, resource?: Resource, base?: string): void {
  if (schemas[model] !== undefined) return;
  schemas[model] = {}; // types may contain themselves
  const properties = Object.fromEntries(
    [...fieldsOf(model)].map(([name, type]) => [name, { ...schemaOf(schemas, type, base), ...listExtensions(model, name) }]),
  );
  schemas[model] = {
    type: 'object',
    properties,
    ...(resource === undefined ? {} : { 'x-kubernetes-group-version-kind': [kindOf(resource)] }),
  };
}

function listExtensions(model: string, field: string): object {
  const { keys, patchKey, set } = listRule(model, field);
  return {
    ...(keys === undefined ? {} : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys }),
    ...(set === undefined ? {} : { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' }),
    ...(patchKey === undefined ? {} : { 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': patchKey }),
  };
}

function schemaOf(schemas: Record<string, object>, type: FieldType, base?: string): object {
  switch (type.shape) {
    case 'object':
      addModel(schemas, type.model, undefined, base);
      return base === undefined ? { allOf: [{ $ref: ref(type.model) }] } : { $ref: ref(type.model, base) };
    case 'list':
      return { type: 'array', items: schemaOf(schemas, type.of, base) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(schemas, type.of, base) };
    case 'int32':
    case 'int64':
      return { type: 'integer', format: type.shape };
    case 'number':
    case 'boolean':
      return { type: type.shape };
    case 'date':
      return { type: 'string', format: 'date-time' };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'int-or-string':
      return { type: 'string', format: 'int-or-string' };
    case 'any':
      return {};
    default:
      return { type: 'string' };
  }
}
