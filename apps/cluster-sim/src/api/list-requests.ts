import type { Resource } from '../schema/resources.ts';
import { apiVersionOf } from '../schema/resources.ts';
import type { ObjectStore, StoredObject } from '../store/object-store.ts';
import type { Exchange } from './exchange.ts';
import { requestFilter } from './selectors.ts';
import { badRequest, expired } from './status.ts';
import { tableOf, wantsTable } from './table.ts';

interface Snapshot {
  readonly revision: number;
  readonly objects: readonly StoredObject[];
}

const MOST_SNAPSHOTS = 200;

/** Lists, in pages if asked. A continued list goes on in the snapshot it began in, as long as that is kept. */
export class ListRequests {
  readonly #snapshots = new Map<string, Snapshot>();
  #next = 0;

  constructor(private readonly store: ObjectStore) {}

  /** Forgets the snapshots that continue tokens name: they answer 410 from now on. */
  compact(): void {
    this.#snapshots.clear();
  }

  answer(exchange: Exchange, resource: Resource, namespace: string | undefined, now: number): void {
    const { query } = exchange;
    const limit = Number(query.get('limit') ?? 0);
    if (!Number.isInteger(limit) || limit < 0) throw badRequest(`limit must be a non-negative integer, got ${String(query.get('limit'))}`);
    const { revision, objects } = this.#snapshot(query, resource, namespace);
    const page = limit > 0 ? objects.slice(0, limit) : objects;
    const rest = objects.slice(page.length);
    const metadata = {
      resourceVersion: String(revision),
      ...(rest.length === 0 ? {} : { continue: this.#keep({ revision, objects: rest }), remainingItemCount: rest.length }),
    };
    if (wantsTable(exchange.accept)) {
      exchange.send(
        200,
        tableOf(
          resource,
          page.map(({ object }) => object),
          metadata,
          now,
          query.get('includeObject') ?? 'Metadata',
        ),
      );
      return;
    }
    const head = JSON.stringify({ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata });
    exchange.send(200, `${head.slice(0, -1)},"items":[${page.map(({ json }) => json).join(',')}]}`);
  }

  #snapshot(query: URLSearchParams, resource: Resource, namespace: string | undefined): Snapshot {
    const token = query.get('continue') ?? '';
    if (token !== '') {
      const kept = this.#snapshots.get(token);
      if (kept === undefined) {
        throw expired(
          'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
        );
      }
      return kept;
    }
    const matches = requestFilter(query);
    const all: StoredObject[] = this.store.list(resource, namespace);
    return { revision: this.store.revision, objects: matches === undefined ? all : all.filter(({ object }) => matches(object)) };
  }

  #keep(snapshot: Snapshot): string {
    const token = Buffer.from(`${snapshot.revision}/${this.#next++}`).toString('base64url');
    this.#snapshots.set(token, snapshot);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > MOST_SNAPSHOTS && oldest !== undefined) this.#snapshots.delete(oldest);
    return token;
  }
}
