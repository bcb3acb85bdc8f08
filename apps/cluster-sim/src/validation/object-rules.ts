import { sameJson } from '../objects/json-equality.ts';
import type { StatusCause } from '../api/status.ts';
import { invalid } from '../api/status.ts';
import type { JsonObject, KubeObject } from '../objects/kube-object.ts';
import type { Job, Node, Pod } from '../objects/workloads.ts';
import type { Resource } from '../schema/resources.ts';
import { CONFIG_MAPS, JOBS, LEASES, NODES, PODS, SECRETS, SERVICES, VOLUME_CLAIMS } from '../schema/resources.ts';
import { jobCauses, jobUpdateCauses } from './job-rules.ts';
import { annotationCauses, labelCauses, nameCauses, qualifiedNameCauses } from './names.ts';
import { podSpecCauses, podUpdateCauses } from './pod-rules.ts';
import { forbiddenValue, invalidValue, required, schemaCauses } from './published-schema.ts';

/** Refuses an object that the published schema or the API server's own rules do not allow. */
export function validateNew(resource: Resource, object: KubeObject): void {
  refuse(resource, object, [
    ...metadataCauses(resource, object),
    ...schemaCauses(resource, object as unknown as JsonObject),
    ...kindCauses(resource, object),
  ]);
}

/** Refuses a change that the API server does not allow. */
export function validateChange(resource: Resource, before: KubeObject, after: KubeObject): void {
  refuse(resource, after, [
    ...metadataCauses(resource, after),
    ...finalizerCauses(before, after),
    ...schemaCauses(resource, after as unknown as JsonObject),
    ...kindCauses(resource, after),
    ...changeCauses(resource, before, after),
  ]);
}

function refuse(resource: Resource, object: KubeObject, causes: readonly StatusCause[]): void {
  const once = causes.filter(
    ({ field, message }, index) => causes.findIndex((each) => each.field === field && each.message === message) === index,
  );
  if (once.length > 0) throw invalid(resource.kind, resource.group, object.metadata.name, once);
}

function metadataCauses(resource: Resource, { metadata }: KubeObject): StatusCause[] {
  return [
    ...nameCauses(resource.nameRule, metadata.name, 'metadata.name'),
    ...labelCauses(metadata.labels, 'metadata.labels'),
    ...annotationCauses(metadata.annotations, 'metadata.annotations'),
    ...(metadata.finalizers ?? []).flatMap((finalizer, index) => finalizerNameCauses(finalizer, `metadata.finalizers[${index}]`)),
    ...(metadata.ownerReferences ?? []).flatMap((owner, index) =>
      (['uid', 'name', 'kind', 'apiVersion'] as const)
        .filter((field) => (owner as Partial<typeof owner>)[field] === undefined || owner[field] === '')
        .map((field) => invalidValue(`metadata.ownerReferences[${index}].${field}`, '', `${field} must not be empty`)),
    ),
  ];
}

function finalizerNameCauses(finalizer: string, field: string): StatusCause[] {
  if (['foregroundDeletion', 'orphan', 'kubernetes'].includes(finalizer)) return [];
  return finalizer.includes('/')
    ? qualifiedNameCauses(finalizer, field)
    : [invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}

/** An object that is being deleted takes no new finalizers. */
function finalizerCauses(before: KubeObject, after: KubeObject): StatusCause[] {
  if (before.metadata.deletionTimestamp === undefined) return [];
  const added = (after.metadata.finalizers ?? []).filter((finalizer) => before.metadata.finalizers?.includes(finalizer) !== true);
  return added.length === 0
    ? []
    : [
        forbiddenValue(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
        ),
      ];
}

function kindCauses(resource: Resource, object: KubeObject): StatusCause[] {
  switch (resource) {
    case PODS:
      return object.spec === undefined ? [required('spec.containers')] : podSpecCauses((object as Pod).spec, 'spec');
    case JOBS:
      return (object as Partial<Job>).spec?.template === undefined ? [required('spec.template')] : jobCauses(object as Job);
    case SERVICES:
      return serviceCauses(object.spec ?? {});
    case VOLUME_CLAIMS:
      return claimCauses(object.spec ?? {});
    case LEASES:
      return leaseCauses(object.spec ?? {});
    default:
      return [];
  }
}

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly externalName?: string;
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
}

function serviceCauses(spec: ServiceSpec): StatusCause[] {
  const causes: StatusCause[] = [];
  const ports = spec.ports ?? [];
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName') causes.push(required('spec.ports'));
  const names = new Set<string>();
  for (const [index, { name, port }] of ports.entries()) {
    if (ports.length > 1 && (name ?? '') === '') causes.push(required(`spec.ports[${index}].name`));
    if (name !== undefined && names.has(name))
      causes.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: "${name}"`, field: `spec.ports[${index}].name` });
    names.add(name ?? '');
    if (port < 1 || port > 65535) causes.push(invalidValue(`spec.ports[${index}].port`, port, 'must be between 1 and 65535, inclusive'));
  }
  return causes;
}

interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

function claimCauses(spec: ClaimSpec): StatusCause[] {
  const causes: StatusCause[] = [];
  if ((spec.accessModes ?? []).length === 0) causes.push(required('spec.accessModes', 'at least 1 access mode is required'));
  if (spec.resources?.requests?.storage === undefined) causes.push(required('spec.resources[storage]'));
  return causes;
}

function leaseCauses({ leaseDurationSeconds }: { leaseDurationSeconds?: number }): StatusCause[] {
  return leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0
    ? [invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')]
    : [];
}

function changeCauses(resource: Resource, before: KubeObject, after: KubeObject): StatusCause[] {
  switch (resource) {
    case PODS:
      return podUpdateCauses((before as Pod).spec, (after as Pod).spec);
    case JOBS:
      return jobUpdateCauses(before as Job, after as Job);
    case NODES:
      return fixed('spec.podCIDR', (before as Node).spec.podCIDR, (after as Node).spec.podCIDR);
    case SERVICES:
      return fixed('spec.clusterIP', (before.spec as ServiceSpec).clusterIP, (after.spec as ServiceSpec).clusterIP);
    case CONFIG_MAPS:
    case SECRETS:
      return (before as { immutable?: boolean }).immutable === true && !sameJson(dataOf(before), dataOf(after))
        ? [forbiddenValue('data', 'field is immutable when `immutable` is set')]
        : fixed('type', (before as { type?: string }).type, (after as { type?: string }).type);
    case VOLUME_CLAIMS:
      return sameJson(withoutStorage(before), withoutStorage(after))
        ? []
        : [
            forbiddenValue(
              'spec',
              'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
            ),
          ];
    default:
      return [];
  }
}

function dataOf(object: KubeObject): unknown {
  const { data, binaryData } = object as { data?: unknown; binaryData?: unknown };
  return { data, binaryData };
}

function withoutStorage(object: KubeObject): unknown {
  return { ...object.spec, resources: undefined };
}

function fixed(field: string, before: string | undefined, after: string | undefined): StatusCause[] {
  return before === undefined || before === after ? [] : [invalidValue(field, after ?? '', 'field is immutable')];
}
