import { without } from '../objects/without.ts';
import { sameJson } from '../objects/json-equality.ts';
import { admitPod, refuseWithoutNamespace } from '../admission/pod-admission.ts';
import type { ResourceQuotas } from '../admission/resource-quotas.ts';
import { createdContent } from '../admission/new-objects.ts';
import type { Deletion } from '../lifecycle/object-lifecycle.ts';
import { deleteObject, freshMetadata, replaceObject } from '../lifecycle/object-lifecycle.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from '../objects/kube-object.ts';
import { withMetadata } from '../objects/kube-object.ts';
import type { Pod } from '../objects/workloads.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import type { Writer } from '../patch/managed-fields.ts';
import { managedFieldsAfterUpdate, toEntry } from '../patch/managed-fields.ts';
import { fieldSet } from '../patch/field-set.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { serverSideApply } from '../patch/server-side-apply.ts';
import { applyStrategicMerge } from '../patch/strategic-merge.ts';
import type { Resource } from '../schema/resources.ts';
import { NAMESPACES, PODS, apiVersionOf } from '../schema/resources.ts';
import type { StoredObject } from '../store/object-store.ts';
import { kubeTime } from '../time/kube-time.ts';
import { decode, isObject } from '../validation/decode.ts';
import { validateChange, validateNew } from '../validation/object-rules.ts';
import type { Draft } from './object-drafts.ts';
import { keepSystemMetadata, readDraft } from './object-drafts.ts';
import { requireStorable } from './stored-size.ts';
import type { WriteOptions } from './write-options.ts';
import { MODIFIED_MEANWHILE, alreadyExists, badRequest, conflict, invalid, notFound, unsupportedMediaType } from './status.ts';

/** What a writing request did. */
export interface Written {
  readonly object: KubeObject;
  readonly created: boolean;
  readonly warnings: readonly string[];
}

export interface Target {
  readonly resource: Resource;
  /** Empty for resources that have none. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource?: string | undefined;
}

export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** Creates, updates, patches and deletes objects with the rules of the API server; knows nothing of HTTP. */
export class ObjectRequests {
  constructor(
    private readonly simulation: Simulation,
    private readonly quotas: ResourceQuotas,
  ) {}

  get({ resource, namespace, name }: Target): StoredObject {
    const stored = this.simulation.store.get(resource, namespace, name);
    if (stored === undefined) throw notFound(resource.plural, resource.group, name);
    return stored;
  }

  create(resource: Resource, namespace: string, body: JsonObject, options: WriteOptions): Written {
    return this.#create(resource, namespace, readDraft(resource, body, options, 'body'), options, 'Update');
  }

  #create(
    resource: Resource,
    namespace: string,
    { object: draft, warnings }: Draft,
    options: WriteOptions,
    operation: Writer['operation'],
    applied?: JsonObject,
  ): Written {
    const given = draft.metadata as Partial<KubeObject['metadata']>;
    const name =
      given.name ?? (given.generateName === undefined ? '' : `${given.generateName.slice(0, 58)}${this.simulation.random.suffix()}`);
    if (name === '')
      throw invalid(resource.kind, resource.group, '', [
        { reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' },
      ]);
    if ((given.resourceVersion ?? '') !== '') throw badRequest('resourceVersion should not be set on objects to be created');
    this.#checkNamespace(resource, namespace, name, given.namespace);
    if (this.simulation.store.get(resource, namespace, name) !== undefined) throw alreadyExists(resource.plural, resource.group, name);
    const { labels, annotations, finalizers, ownerReferences, generateName } = given;
    const metadata = freshMetadata(
      this.simulation,
      dropUndefined({
        name,
        generateName,
        namespace: resource.namespaced ? namespace : undefined,
        labels,
        annotations,
        finalizers,
        ownerReferences,
      }),
      draft.spec === undefined ? undefined : 1,
    );
    let object: KubeObject = createdContent(this.simulation, resource, { ...draft, metadata });
    if (resource === PODS && object.spec !== undefined) object = admitPod(this.simulation, object as Pod);
    validateNew(resource, object);
    this.quotas.charge(resource, object);
    const writer = this.#writer(resource, options, operation, undefined);
    const managedFields =
      applied === undefined
        ? managedFieldsAfterUpdate(resource.model, undefined, object, writer)
        : [toEntry(writer, fieldSet(resource.model, applied).keys(), writer.time)];
    object = withMetadata(object, { managedFields });
    requireStorable(object);
    return { object: options.dryRun ? object : this.simulation.store.put(resource, object).object, created: true, warnings };
  }

  update(target: Target, body: JsonObject, options: WriteOptions): Written {
    const before = this.get(target).object;
    const draft = readDraft(target.resource, body, options, 'body');
    const named = (draft.object.metadata as { readonly name?: string }).name ?? target.name;
    if (named !== target.name) {
      throw badRequest(`the name of the object (${named}) does not match the name on the URL (${target.name})`);
    }
    return this.#replace(target, before, draft, options, undefined);
  }

  patch(target: Target, contentType: string, patch: Json, options: WriteOptions): Written {
    const { resource, namespace, name, subresource } = target;
    if (contentType === 'application/apply-patch+yaml') return this.#apply(target, patch, options);
    const before = this.get(target).object;
    const json = before as unknown as JsonObject;
    let after: Json;
    if (contentType === 'application/json-patch+json') after = applyJsonPatch(json, patch);
    else if (contentType === 'application/merge-patch+json') after = applyMergePatch(json, patch);
    else if (contentType === 'application/strategic-merge-patch+json' && isObject(patch))
      after = applyStrategicMerge(resource.model, json, patch);
    else throw unsupportedMediaType(contentType);
    if (!isObject(after)) throw badRequest('the patch left no object');
    return this.#replace(
      { resource, namespace, name, subresource },
      before,
      readDraft(resource, after, options, 'patch'),
      options,
      undefined,
    );
  }

  #apply(target: Target, patch: Json, options: WriteOptions): Written {
    const { resource, namespace, name, subresource } = target;
    if (!isObject(patch)) throw badRequest('error decoding YAML: not an object');
    if (patch.kind !== resource.kind || patch.apiVersion !== apiVersionOf(resource)) {
      throw badRequest(`invalid object type: ${JSON.stringify(patch.apiVersion)}, Kind=${JSON.stringify(patch.kind)}`);
    }
    const { warnings } = readDraft(resource, patch, options, 'body');
    const decoded = decode(resource.kind, apiVersionOf(resource), resource.model, patch).value;
    const { status, ...withoutStatus } = decoded;
    const config: JsonObject =
      subresource === undefined && resource.subresources.includes('status')
        ? withoutStatus
        : { ...withoutStatus, ...(status === undefined ? {} : { status }) };
    const metadata = isObject(config.metadata) ? config.metadata : {};
    if (metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
    if ((metadata.name ?? name) !== name)
      throw badRequest(`the name of the object (${JSON.stringify(metadata.name)}) does not match the name on the URL (${name})`);
    const stored = this.simulation.store.get(resource, namespace, name);
    if (stored === undefined) {
      if (subresource !== undefined) throw notFound(resource.plural, resource.group, name);
      const draft = readDraft(resource, { ...config, metadata: { ...metadata, name } }, options, 'body');
      return this.#create(resource, namespace, draft, options, 'Apply', config);
    }
    const writer = this.#writer(resource, options, 'Apply', subresource);
    const result = serverSideApply(resource.model, stored.object as unknown as JsonObject, config, writer, options.force);
    const resourceVersion = metadata.resourceVersion ?? stored.object.metadata.resourceVersion;
    const merged = { ...result.object, metadata: { ...(result.object.metadata as JsonObject), resourceVersion } };
    const written = this.#replace(target, stored.object, readDraft(resource, merged, options, 'body'), options, result.managedFields);
    return { ...written, warnings };
  }

  #replace(
    { resource, namespace, name, subresource }: Target,
    before: KubeObject,
    draft: Draft,
    options: WriteOptions,
    applied: ManagedFieldsEntry[] | undefined,
  ): Written {
    const given = draft.object.metadata as Partial<KubeObject['metadata']>;
    if ((given.namespace ?? namespace) !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    this.checkPreconditions(resource, before, given);
    let after = reconciled(resource, subresource, before, draft.object);
    validateChange(resource, before, after);
    if (subresource === undefined && !sameJson(before.spec, after.spec)) {
      after = withMetadata(after, { generation: before.metadata.generation === undefined ? undefined : before.metadata.generation + 1 });
    }
    const writer = this.#writer(resource, options, 'Update', subresource);
    const managedFields = applied ?? managedFieldsAfterUpdate(resource.model, before, after, writer);
    after = withMetadata(after, { managedFields, resourceVersion: before.metadata.resourceVersion });
    requireStorable(after);
    if (sameJson(before, after)) return { object: before, created: false, warnings: draft.warnings };
    if (options.dryRun) return { object: after, created: false, warnings: draft.warnings };
    const stored = replaceObject(this.simulation, resource, after);
    return {
      object: this.simulation.store.get(resource, namespace, name)?.object ?? stored.object,
      created: false,
      warnings: draft.warnings,
    };
  }

  /** Deletes; undefined when nothing is left of the object. */
  delete(
    target: Target,
    deletion: Deletion,
    preconditions: Preconditions,
    dryRun: boolean,
  ): { before: KubeObject; left: KubeObject | undefined } {
    const before = this.get(target).object;
    this.checkPreconditions(target.resource, before, preconditions);
    if (dryRun) return { before, left: before };
    return { before, left: deleteObject(this.simulation, target.resource, before, deletion) };
  }

  checkPreconditions(resource: Resource, { metadata }: KubeObject, { uid, resourceVersion }: Preconditions): void {
    if (uid !== undefined && uid !== '' && uid !== metadata.uid) {
      throw conflict(
        resource.plural,
        resource.group,
        metadata.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
      );
    }
    if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) {
      throw conflict(resource.plural, resource.group, metadata.name, MODIFIED_MEANWHILE);
    }
  }

  #checkNamespace(resource: Resource, namespace: string, name: string, given: string | undefined): void {
    if (!resource.namespaced) return;
    if ((given ?? namespace) !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    refuseWithoutNamespace(this.simulation.store.get(NAMESPACES, '', namespace)?.object, namespace, resource.plural, resource.group, name);
  }

  #writer(resource: Resource, { manager }: WriteOptions, operation: Writer['operation'], subresource: string | undefined): Writer {
    return { manager, operation, subresource, apiVersion: apiVersionOf(resource), time: kubeTime(this.simulation.events.now()) };
  }
}

/** What an update writes: through a subresource only its part, through the object everything but its status. */
function reconciled(resource: Resource, subresource: string | undefined, before: KubeObject, draft: KubeObject): KubeObject {
  if (subresource === 'status') {
    return { ...before, ...(draft.status === undefined ? {} : { status: draft.status }) };
  }
  if (subresource === 'finalize') return { ...before, ...(draft.spec === undefined ? {} : { spec: draft.spec }) };
  const rest = without(draft, 'status');
  const kept = resource.subresources.includes('status') ? before.status : draft.status;
  return { ...rest, metadata: keepSystemMetadata(before.metadata, draft.metadata), ...(kept === undefined ? {} : { status: kept }) };
}

function dropUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
