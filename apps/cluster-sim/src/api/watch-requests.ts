import type { FaultInjector } from '../faults/fault-injector.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../schema/resources.ts';
import { apiVersionOf, PODS } from '../schema/resources.ts';
import type { Change, StoredObject } from '../store/object-store.ts';
import type { Exchange } from './exchange.ts';
import { isTrue } from './request-path.ts';
import type { ObjectFilter } from './selectors.ts';
import { requestFilter } from './selectors.ts';
import { badRequest, expired } from './status.ts';
import { tableOf, wantsTable } from './table.ts';

/** As a real API server does; a watch of a quiet resource hears nothing between. */
const BOOKMARK_EVERY_MS = 60_000;
const DEFAULT_TIMEOUT_SECONDS = 1800;
/** A watcher that lets so much pile up is cut off, as the API server does with slow ones. */
const MOST_BUFFERED_BYTES = 64 * 1024 * 1024;

/** What a change is to somebody who sees only the objects that match. */
export function seenThrough(change: Change, matches: ObjectFilter | undefined): Change['type'] | undefined {
  if (matches === undefined) return change.type;
  const before = change.previous !== undefined && matches(change.previous.object);
  const after = change.type !== 'DELETED' && matches(change.current.object);
  if (after) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}

/** Serves watches; can drop them all. */
export class WatchRequests {
  readonly #open = new Set<() => void>();
  /** Events of pods sent to watchers since the start. */
  podEvents = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly faults: FaultInjector,
  ) {}

  get count(): number {
    return this.#open.size;
  }

  /** Ends open watches in the middle, as a restarted API server or a load balancer does. */
  drop(): number {
    const dropped = this.#open.size;
    for (const close of [...this.#open]) close();
    return dropped;
  }

  answer(exchange: Exchange, resource: Resource, namespace: string | undefined, name: string | undefined): void {
    const { store } = this.simulation;
    const filter = requestFilter(exchange.query);
    const inScope = ({ metadata }: KubeObject): boolean =>
      (namespace === undefined || (metadata.namespace ?? '') === namespace) && (name === undefined || metadata.name === name);
    const facts = { verb: 'watch', resource: resource.plural, namespace: namespace ?? '' };
    const table = wantsTable(exchange.accept);
    const { response, query } = exchange;
    const line = (type: string, stored: StoredObject): string =>
      table
        ? `${JSON.stringify({ type, object: tableOf(resource, [stored.object], {}, this.simulation.events.now(), query.get('includeObject') ?? 'Metadata') })}\n`
        : `{"type":"${type}","object":${stored.json}}\n`;
    const stream = new OrderedStream((text) => {
      if (response.destroyed || response.writableEnded) return;
      response.write(text);
      if (response.writableLength > MOST_BUFFERED_BYTES) response.destroy();
    });
    const send = (type: string, stored: StoredObject): void => {
      let [copies, delay] = [1, 0];
      for (const effect of this.faults.inject(facts, 'watch-event')) {
        if (effect.kind === 'drop-events') return;
        if (effect.kind === 'duplicate-events') copies++;
        if (effect.kind === 'delay-events') delay = Math.max(delay, effect.milliseconds);
      }
      if (resource === PODS) this.podEvents += copies;
      stream.write(line(type, stored).repeat(copies), delay);
    };
    const deliver = (change: Change): void => {
      if (!inScope(change.current.object)) return;
      const type = seenThrough(change, filter);
      if (type !== undefined) send(type, change.current);
    };

    response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    const from = this.#start(query, resource);
    if (from === 'gone') {
      const status = expired(`too old resource version: ${query.get('resourceVersion') ?? ''} (${store.revision})`).toStatus();
      response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
      return;
    }
    const bookmark = (initialEventsEnd = false): void => {
      const annotations = initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
      const metadata = { resourceVersion: String(store.revision), creationTimestamp: null, ...annotations };
      stream.write(
        `${JSON.stringify({ type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } })}\n`,
      );
    };
    if (from === 'state') {
      for (const stored of store.list(resource, namespace))
        if (inScope(stored.object) && (filter === undefined || filter(stored.object))) send('ADDED', stored);
      if (isTrue(query.get('sendInitialEvents'))) bookmark(true);
    } else for (const change of from) deliver(change);
    this.#keepOpen(exchange, resource, deliver, isTrue(query.get('allowWatchBookmarks')) ? bookmark : undefined);
  }

  /** What comes first: the present state, the changes since a revision, or nothing any more. */
  #start(query: URLSearchParams, resource: Resource): 'state' | 'gone' | readonly Change[] {
    const since = query.get('resourceVersion') ?? '';
    if (isTrue(query.get('sendInitialEvents'))) return 'state';
    if (since === '' || since === '0') return 'state';
    const revision = Number(since);
    if (!Number.isInteger(revision) || revision < 0) throw badRequest(`Invalid value: "${since}": resource version must be a number`);
    return this.simulation.store.changesAfter(resource, revision) ?? 'gone';
  }

  #keepOpen(
    { request, response, query }: Exchange,
    resource: Resource,
    deliver: (change: Change) => void,
    bookmark: (() => void) | undefined,
  ): void {
    const unsubscribe = this.simulation.store.follow(resource, deliver);
    const bookmarks = bookmark === undefined ? undefined : setInterval(() => bookmark(), BOOKMARK_EVERY_MS);
    const seconds = Number(query.get('timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS);
    const timeout = setTimeout(() => response.end(), (seconds > 0 ? seconds : DEFAULT_TIMEOUT_SECONDS) * 1000);
    const drop = (): void => {
      response.destroy();
    };
    this.#open.add(drop);
    request.socket.setNoDelay(true);
    response.on('close', () => {
      unsubscribe();
      clearInterval(bookmarks);
      clearTimeout(timeout);
      this.#open.delete(drop);
    });
  }
}

/** Late or not, nothing on a connection overtakes what was written before it. */
class OrderedStream {
  readonly #waiting: { readonly at: number; readonly text: string }[] = [];

  constructor(private readonly out: (text: string) => void) {}

  write(text: string, delayMilliseconds = 0): void {
    if (delayMilliseconds === 0 && this.#waiting.length === 0) {
      this.out(text);
      return;
    }
    this.#waiting.push({ at: Math.max(performance.now() + delayMilliseconds, this.#waiting.at(-1)?.at ?? 0), text });
    if (this.#waiting.length === 1) this.#wait();
  }

  #wait(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    setTimeout(
      () => {
        while ((this.#waiting[0]?.at ?? Infinity) <= performance.now() + 1) this.out(this.#waiting.shift()?.text ?? '');
        this.#wait();
      },
      Math.max(1, next.at - performance.now()),
    ).unref();
  }
}
