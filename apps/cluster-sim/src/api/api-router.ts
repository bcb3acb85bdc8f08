import type { AccessRequests } from '../access/access-requests.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type { Propagation } from '../lifecycle/object-lifecycle.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Json, JsonObject, KubeObject } from '../objects/kube-object.ts';
import { withCondition, withMetadata } from '../objects/kube-object.ts';
import type { Pod } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import type { Resource } from '../schema/resources.ts';
import { JOBS, PODS } from '../schema/resources.ts';
import { kubeTime } from '../time/kube-time.ts';
import { isObject } from '../validation/decode.ts';
import type { Exchange } from './exchange.ts';
import { ListRequests } from './list-requests.ts';
import { LogRequests } from './log-requests.ts';
import type { ObjectRequests, Preconditions, Written } from './object-requests.ts';
import type { ObjectPath } from './request-path.ts';
import { verbOf } from './request-path.ts';
import { requestFilter } from './selectors.ts';
import { ApiError, badRequest, pathNotFound } from './status.ts';
import { tableOf, wantsTable } from './table.ts';
import { WatchRequests } from './watch-requests.ts';
import { writeOptions } from './write-options.ts';

interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagation?: Propagation | undefined;
  readonly preconditions: Preconditions;
  readonly dryRun: boolean;
}

/** Takes requests for objects to the part that answers them. */
export class ApiRouter {
  readonly watches: WatchRequests;
  readonly lists: ListRequests;
  readonly #logs: LogRequests;

  constructor(
    private readonly simulation: Simulation,
    private readonly objects: ObjectRequests,
    kubelet: Kubelet,
    faults: FaultInjector,
    private readonly access: AccessRequests,
    private readonly beforeRead: (resource: Resource) => void,
  ) {
    this.watches = new WatchRequests(simulation, faults);
    this.lists = new ListRequests(simulation.store);
    this.#logs = new LogRequests(simulation, kubelet);
  }

  async answer(exchange: Exchange, path: ObjectPath): Promise<void> {
    const { resource, namespace, name, subresource } = path;
    if (exchange.method === 'GET') this.beforeRead(resource);
    switch (verbOf(exchange.method, path, exchange.query)) {
      case 'list':
        this.lists.answer(exchange, resource, namespace, this.simulation.events.now());
        return;
      case 'watch':
        this.watches.answer(exchange, resource, namespace, name);
        return;
      case 'get':
        await this.#get(exchange, path);
        return;
      case 'create':
        if (subresource === 'eviction') await this.#evict(exchange, path);
        else if (subresource === 'binding') await this.#bind(exchange, path);
        else if (subresource === 'token') await this.access.issueToken(exchange, path.namespace ?? '', path.name ?? '');
        else await this.#create(exchange, path);
        return;
      case 'update': {
        const body = await exchange.objectBody();
        this.#sendWritten(exchange, path, this.objects.update(target(path), body, this.#options(exchange)));
        return;
      }
      case 'patch': {
        const body = (await exchange.body()) ?? {};
        this.#sendWritten(exchange, path, this.objects.patch(target(path), exchange.contentType, body, this.#options(exchange)));
        return;
      }
      case 'delete':
        this.#delete(exchange, path, await deleteOptions(exchange));
        return;
      case 'deletecollection':
        this.#deleteCollection(exchange, path, await deleteOptions(exchange));
        return;
      default:
        throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {
          name: name ?? '',
          kind: resource.plural,
        });
    }
  }

  #options({ query, request }: Exchange): ReturnType<typeof writeOptions> {
    return writeOptions(query, request.headers['user-agent']);
  }

  async #get(exchange: Exchange, path: ObjectPath): Promise<void> {
    const stored = this.objects.get(target(path));
    if (path.subresource === 'log') await this.#logs.answer(exchange, stored.object as Pod);
    else if (path.subresource !== undefined && path.subresource !== 'status') throw pathNotFound();
    else if (wantsTable(exchange.accept)) {
      exchange.send(
        200,
        tableOf(
          path.resource,
          [stored.object],
          { resourceVersion: stored.object.metadata.resourceVersion },
          this.simulation.events.now(),
          exchange.query.get('includeObject') ?? 'Metadata',
        ),
      );
    } else exchange.send(200, stored.json);
  }

  async #create(exchange: Exchange, path: ObjectPath): Promise<void> {
    if (path.name !== undefined || path.namespace === undefined)
      throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
    const body = await exchange.objectBody();
    this.#sendWritten(exchange, path, this.objects.create(path.resource, path.namespace, body, this.#options(exchange)));
  }

  /** As a deletion, but the pod shows it; there are no disruption budgets here. */
  async #evict(exchange: Exchange, path: ObjectPath): Promise<void> {
    const body = await exchange.objectBody();
    const options = readDeleteOptions(isObject(body.deleteOptions) ? body.deleteOptions : {}, exchange.query);
    const evicted = { ...target(path), subresource: undefined };
    // What is refused marks nothing.
    this.objects.delete(evicted, options, options.preconditions, true);
    const pod = this.objects.get(evicted).object as Pod;
    if (!options.dryRun && !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined) {
      const reason = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' };
      const at = { lastProbeTime: null, lastTransitionTime: kubeTime(this.simulation.events.now()) };
      const conditions = withCondition(pod.status.conditions, { type: 'DisruptionTarget', status: 'True', ...reason, ...at });
      this.simulation.store.put(PODS, { ...pod, status: { ...pod.status, conditions } });
    }
    this.objects.delete(evicted, options, {}, options.dryRun);
    exchange.send(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
  }

  /** Another scheduler's decision. */
  async #bind(exchange: Exchange, path: ObjectPath): Promise<void> {
    const body = await exchange.objectBody();
    const pod = this.objects.get(target(path)).object as Pod;
    const node = isObject(body.target) && typeof body.target.name === 'string' ? body.target.name : undefined;
    if (node === undefined) throw badRequest('target.name is required');
    if (pod.spec.nodeName !== undefined)
      throw new ApiError(409, 'Conflict', `pod ${pod.metadata.name} is already assigned to node "${pod.spec.nodeName}"`);
    this.simulation.store.put(PODS, { ...pod, spec: { ...pod.spec, nodeName: node } });
    exchange.send(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
  }

  #delete(exchange: Exchange, path: ObjectPath, options: DeleteOptions): void {
    if (path.subresource !== undefined) throw pathNotFound();
    const { before, left } = this.objects.delete(
      target(path),
      { ...options, propagation: propagationOf(path, options) },
      options.preconditions,
      options.dryRun,
    );
    const warned: Record<string, string> =
      path.resource === JOBS && options.propagation === undefined
        ? {
            warning:
              '299 - "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning"',
          }
        : {};
    const { name, uid } = before.metadata;
    const { group, plural } = path.resource;
    const gone = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, group, kind: plural, uid } };
    exchange.send(200, left ?? (path.resource === PODS ? before : gone), warned);
  }

  #deleteCollection(exchange: Exchange, { resource, namespace }: ObjectPath, options: DeleteOptions): void {
    const matches = requestFilter(exchange.query);
    const chosen = this.simulation.store.list(resource, namespace).filter(({ object }) => matches === undefined || matches(object));
    for (const { object } of chosen) {
      const { name, namespace: home = '' } = object.metadata;
      if (this.simulation.store.get(resource, home, name) === undefined) continue;
      this.objects.delete(
        { resource, namespace: home, name },
        { ...options, propagation: propagationOf({ resource }, options) },
        {},
        options.dryRun,
      );
    }
    const metadata = { resourceVersion: String(this.simulation.store.revision) };
    exchange.send(200, { kind: `${resource.kind}List`, apiVersion: 'v1', metadata, items: chosen.map(({ object }) => object) });
  }

  #sendWritten(exchange: Exchange, { resource }: ObjectPath, { object, created, warnings }: Written): void {
    const headers: Record<string, string[]> =
      warnings.length === 0 ? {} : { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`) };
    const shown: KubeObject | object = wantsTable(exchange.accept)
      ? tableOf(resource, [object], {}, this.simulation.events.now(), 'Object')
      : withMetadata(object, {});
    exchange.send(created ? 201 : 200, shown, headers);
  }
}

/** Jobs of batch/v1 leave their pods behind by default. */
function propagationOf({ resource }: Pick<ObjectPath, 'resource'>, { propagation }: DeleteOptions): Propagation | undefined {
  return propagation ?? (resource === JOBS ? 'Orphan' : undefined);
}

function target({ resource, namespace, name, subresource }: ObjectPath): {
  resource: ObjectPath['resource'];
  namespace: string;
  name: string;
  subresource: string | undefined;
} {
  if (name === undefined || namespace === undefined) throw pathNotFound();
  return { resource, namespace, name, subresource };
}

async function deleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const body = await exchange.body();
  return readDeleteOptions(isObject(body) ? body : {}, exchange.query);
}

function readDeleteOptions(body: JsonObject, query: URLSearchParams): DeleteOptions {
  const grace: Json = body.gracePeriodSeconds ?? (query.has('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : null);
  if (grace !== null && (!Number.isInteger(grace) || Number(grace) < 0))
    throw badRequest('gracePeriodSeconds must be a non-negative integer');
  const propagation = body.propagationPolicy ?? query.get('propagationPolicy');
  if (propagation !== null && !['Background', 'Foreground', 'Orphan'].includes(propagation as string)) {
    throw badRequest(`invalid propagationPolicy: ${JSON.stringify(propagation)}`);
  }
  const { uid, resourceVersion } = isObject(body.preconditions) ? (body.preconditions as { uid?: string; resourceVersion?: string }) : {};
  const dryRun = (Array.isArray(body.dryRun) && body.dryRun.includes('All')) || query.get('dryRun') === 'All';
  return {
    gracePeriodSeconds: grace === null ? undefined : Number(grace),
    propagation: propagation === null ? undefined : (propagation as Propagation),
    preconditions: { uid, resourceVersion },
    dryRun,
  };
}
