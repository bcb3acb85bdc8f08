import { invariant } from '#kernel';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../schema/resources.ts';

/** One version of one object, with its JSON made at most once. */
export class StoredObject<T extends KubeObject = KubeObject> {
  #json: string | undefined;

  constructor(
    readonly object: T,
    readonly revision: number,
  ) {}

  get json(): string {
    return (this.#json ??= JSON.stringify(this.object));
  }

  /** Gives the memory back; the JSON is made again when somebody asks. */
  forgetJson(): void {
    this.#json = undefined;
  }
}

/** What happened to one object at one revision. For a deletion `current` is its last state. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: Resource;
  readonly revision: number;
  readonly current: StoredObject;
  readonly previous: StoredObject | undefined;
}

type Listener = (change: Change) => void;

interface Table {
  readonly namespaces: Map<string, Map<string, StoredObject>>;
  readonly listeners: Set<Listener>;
  history: Change[];
  /** Changes up to this revision are no longer known. */
  compacted: number;
  /** How many of the oldest changes have given their JSON back. */
  cooled: number;
}

const HOT_CHANGES = 2_000;

/**
 * All objects, immutable, under one revision counter as etcd keeps it, with a bounded history of changes per resource for
 * watches to resume from. Revisions start at the wall clock's milliseconds, so that a cluster started anew is never mistaken
 * for the old one: what an old watcher remembers is compacted.
 */
export class ObjectStore {
  readonly #tables = new Map<Resource, Table>();
  readonly #everything = new Set<Listener>();
  #revision: number;

  constructor(
    readonly historyLimit = 10_000,
    firstRevision = Date.now(),
  ) {
    this.#revision = firstRevision;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The revision of the last change of the resource. */
  revisionOf(resource: Resource): number {
    const table = this.#table(resource);
    return table.history.at(-1)?.revision ?? table.compacted;
  }

  get<T extends KubeObject>(resource: Resource, namespace: string, name: string): StoredObject<T> | undefined {
    return this.#table(resource).namespaces.get(namespace)?.get(name) as StoredObject<T> | undefined;
  }

  /** Objects of a namespace, or of all, in no order. */
  *each<T extends KubeObject>(resource: Resource, namespace?: string): Generator<StoredObject<T>> {
    const { namespaces } = this.#table(resource);
    const chosen = namespace === undefined ? namespaces.values() : [namespaces.get(namespace) ?? new Map<string, StoredObject>()];
    for (const objects of chosen) yield* objects.values() as Iterable<StoredObject<T>>;
  }

  /** Objects of a namespace, or of all, by namespace and name. */
  list<T extends KubeObject>(resource: Resource, namespace?: string): StoredObject<T>[] {
    return [...this.each<T>(resource, namespace)].sort(byKey);
  }

  count(resource: Resource, namespace: string): number {
    return this.#table(resource).namespaces.get(namespace)?.size ?? 0;
  }

  /** Writes a new object or a new version of one; gives it its resource version. */
  put<T extends KubeObject>(resource: Resource, object: T): StoredObject<T> {
    const { namespace = '', name } = object.metadata;
    const table = this.#table(resource);
    const objects = table.namespaces.get(namespace) ?? new Map<string, StoredObject>();
    table.namespaces.set(namespace, objects);
    const previous = objects.get(name);
    const revision = ++this.#revision;
    const stored = new StoredObject({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }, revision);
    objects.set(name, stored);
    this.#record(table, { type: previous === undefined ? 'ADDED' : 'MODIFIED', resource, revision, current: stored, previous });
    return stored;
  }

  remove(resource: Resource, namespace: string, name: string): void {
    const table = this.#table(resource);
    const objects = table.namespaces.get(namespace);
    const previous = objects?.get(name);
    invariant(objects !== undefined && previous !== undefined, `${resource.plural} ${namespace}/${name} exists when it is removed`);
    objects.delete(name);
    if (objects.size === 0) table.namespaces.delete(namespace);
    const revision = ++this.#revision;
    const { object } = previous;
    const current = new StoredObject({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }, revision);
    this.#record(table, { type: 'DELETED', resource, revision, current, previous });
  }

  /** Changes after `revision`, or undefined when some of them are compacted away. */
  changesAfter(resource: Resource, revision: number): Change[] | undefined {
    const table = this.#table(resource);
    if (revision < table.compacted) return undefined;
    let first = table.history.length;
    while (first > 0 && (table.history[first - 1]?.revision ?? 0) > revision) first--;
    return table.history.slice(first);
  }

  /** Forgets the history of every resource, as a compaction of etcd does. */
  compact(): void {
    for (const table of this.#tables.values()) {
      table.history = [];
      table.cooled = 0;
      table.compacted = this.#revision;
    }
  }

  /** Calls `listener` at each change from now on, of one resource or of all; the result ends it. */
  subscribe(resource: Resource | undefined, listener: Listener): () => void {
    const listeners = resource === undefined ? this.#everything : this.#table(resource).listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * As `subscribe`, but in the order of revisions, as a watch must get them: a change that a listener makes at a change would else
   * come before it to those who listen later.
   */
  follow(resource: Resource, listener: Listener): () => void {
    let sent = this.#revision;
    return this.subscribe(resource, () => {
      for (const change of this.changesAfter(resource, sent) ?? []) {
        if (change.revision <= sent) continue;
        sent = change.revision;
        listener(change);
      }
    });
  }

  #record(table: Table, change: Change): void {
    table.history.push(change);
    if (table.history.length - table.cooled > HOT_CHANGES) table.history[table.cooled++]?.previous?.forgetJson();
    if (table.history.length >= this.historyLimit * 2) {
      const dropped = table.history.length - this.historyLimit;
      table.compacted = table.history[dropped - 1]?.revision ?? table.compacted;
      table.history = table.history.slice(dropped);
      table.cooled = Math.max(0, table.cooled - dropped);
    }
    for (const listener of [...this.#everything, ...table.listeners]) listener(change);
  }

  #table(resource: Resource): Table {
    let table = this.#tables.get(resource);
    if (table === undefined) {
      table = { namespaces: new Map(), listeners: new Set(), history: [], compacted: this.#revision, cooled: 0 };
      this.#tables.set(resource, table);
    }
    return table;
  }
}

function byKey(a: StoredObject, b: StoredObject): number {
  const [left, right] = [a.object.metadata, b.object.metadata];
  const [leftSpace, rightSpace] = [left.namespace ?? '', right.namespace ?? ''];
  if (leftSpace !== rightSpace) return leftSpace < rightSpace ? -1 : 1;
  return left.name < right.name ? -1 : left.name === right.name ? 0 : 1;
}
