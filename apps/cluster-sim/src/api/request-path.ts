import type { Resource } from '../schema/resources.ts';
import { findResource } from '../schema/resources.ts';
import { pathNotFound } from './status.ts';

/** A path below `/api/v1` or `/apis/<group>/<version>`, taken apart. */
export interface ObjectPath {
  readonly resource: Resource;
  /** Undefined: all namespaces. Empty for resources that have none. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export function parseObjectPath(pathname: string): ObjectPath {
  const parts = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [group, version, rest] = parts[0] === 'api' ? ['', parts[1], parts.slice(2)] : [parts[1] ?? '', parts[2], parts.slice(3)];
  const scoped = rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && ['status', 'finalize'].includes(rest[2] ?? ''));
  const [plural, name, subresource, more] = scoped ? rest.slice(2) : rest;
  const resource = findResource(group, version ?? '', plural ?? '');
  if (resource === undefined || more !== undefined || resource.namespaced !== (scoped || (resource.namespaced && name === undefined)))
    throw pathNotFound();
  if (subresource !== undefined && !resource.subresources.includes(subresource)) throw pathNotFound();
  return { resource, namespace: scoped ? rest[1] : resource.namespaced ? undefined : '', name, subresource };
}

export function verbOf(method: string, { name }: ObjectPath, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
      if (isTrue(query.get('watch'))) return 'watch';
      return name === undefined ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      return method.toLowerCase();
  }
}

export function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}
