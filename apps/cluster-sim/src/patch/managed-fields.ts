import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from '../objects/kube-object.ts';
import type { FieldSet } from './field-set.ts';
import { difference, fieldSet, fromFieldsV1, toFieldsV1 } from './field-set.ts';

/** Who writes: a field manager, how, and through which subresource. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string | undefined;
  readonly apiVersion: string;
  readonly time: string;
}

export interface Ownership {
  readonly entry: ManagedFieldsEntry;
  readonly fields: FieldSet;
}

export function ownershipOf(entries: readonly ManagedFieldsEntry[] | undefined): Ownership[] {
  return (entries ?? []).map((entry) => ({ entry, fields: fromFieldsV1(entry.fieldsV1) }));
}

export function isEntryOf(writer: Writer, { entry }: Ownership): boolean {
  return entry.manager === writer.manager && entry.operation === writer.operation && entry.subresource === writer.subresource;
}

/** Entries after an update: what changed belongs to the writer alone, what is gone to nobody. */
export function managedFieldsAfterUpdate(
  model: string,
  before: KubeObject | undefined,
  after: KubeObject,
  writer: Writer,
): ManagedFieldsEntry[] | undefined {
  const { changed, removed } = difference(leavesOf(model, before), leavesOf(model, after));
  const owners = ownershipOf(before?.metadata.managedFields);
  if (changed.size === 0 && removed.size === 0) return before?.metadata.managedFields as ManagedFieldsEntry[] | undefined;
  const mine = owners.find((owner) => isEntryOf(writer, owner));
  const rest = owners
    .filter((owner) => owner !== mine)
    .map(({ entry, fields }) =>
      toEntry(
        entry,
        [...fields].filter((path) => !changed.has(path) && !removed.has(path)),
        entry.time,
      ),
    );
  const kept = [...(mine?.fields ?? [])].filter((path) => !removed.has(path));
  const own = toEntry(writer, [...kept, ...changed], writer.time);
  return [...rest, own].filter((entry) => Object.keys(entry.fieldsV1).length > 0);
}

export function toEntry(
  writer: Omit<Writer, 'time' | 'subresource'> & { subresource?: string | undefined },
  paths: Iterable<string>,
  time: string,
): ManagedFieldsEntry {
  const { manager, operation, apiVersion, subresource } = writer;
  const fieldsV1 = toFieldsV1(paths);
  return { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1, ...(subresource === undefined ? {} : { subresource }) };
}

function leavesOf(model: string, object: KubeObject | undefined): Map<string, Json> {
  return object === undefined ? new Map<string, Json>() : fieldSet(model, object as unknown as JsonObject);
}
