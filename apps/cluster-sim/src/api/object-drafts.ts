import type { JsonObject, KubeObject, ObjectMeta } from '../objects/kube-object.ts';
import type { Resource } from '../schema/resources.ts';
import { apiVersionOf } from '../schema/resources.ts';
import { withDefaults } from '../schema/defaults.ts';
import { decode, isObject } from '../validation/decode.ts';
import { ApiError, badRequest } from './status.ts';
import type { WriteOptions } from './write-options.ts';

/** A body as an object of its resource, decoded and with defaults, but without what only the server may set. */
export interface Draft {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Decodes what a request brings; unknown fields are refused, warned of or dropped as it asks. */
export function readDraft(resource: Resource, body: JsonObject, options: WriteOptions, via: 'body' | 'patch'): Draft {
  const apiVersion = apiVersionOf(resource);
  const { kind } = resource;
  if ((body.kind ?? kind) !== kind || (body.apiVersion ?? apiVersion) !== apiVersion) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): ${JSON.stringify(body.apiVersion)}, Kind=${JSON.stringify(body.kind)}`,
    );
  }
  const { value, unknownFields } = decode(kind, apiVersion, resource.model, body);
  const unknown = unknownFields.map((field) => `unknown field "${field}"`);
  if (unknown.length > 0 && options.fieldValidation === 'Strict') throw strictDecodingError(resource, unknown, via);
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const object = { ...withDefaults(resource, value), apiVersion, kind, metadata } as unknown as KubeObject;
  return { object, warnings: options.fieldValidation === 'Warn' ? unknown : [] };
}

function strictDecodingError({ kind, version }: Resource, unknown: readonly string[], via: 'body' | 'patch'): ApiError {
  const said = `strict decoding error: ${unknown.join(', ')}`;
  if (via === 'body') return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${said}`);
  const causes = [{ reason: 'FieldValueInvalid', message: `Invalid value: ${said}`, field: 'patch' }];
  return new ApiError(422, 'Invalid', ` "" is invalid: patch: Invalid value: ${said}`, { kind, causes });
}

/** The metadata of `after` with everything only the server sets as it was in `before`. */
export function keepSystemMetadata(before: ObjectMeta, after: Partial<ObjectMeta>): ObjectMeta {
  const {
    name,
    namespace,
    generateName,
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    managedFields,
  } = before;
  const { labels, annotations, finalizers, ownerReferences } = after;
  const fields: Partial<ObjectMeta> = {
    name,
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    resourceVersion: before.resourceVersion,
    ...(generation === undefined ? {} : { generation }),
    creationTimestamp,
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined || finalizers.length === 0 ? {} : { finalizers }),
    ...(ownerReferences === undefined || ownerReferences.length === 0 ? {} : { ownerReferences }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  return fields as ObjectMeta;
}
