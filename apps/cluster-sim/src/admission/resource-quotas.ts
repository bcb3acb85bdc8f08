import { parseQuantity } from '#kernel';
import { sameJson } from '../objects/json-equality.ts';
import { forbidden, qualified } from '../api/status.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { quantity } from '../objects/quantity.ts';
import type { Pod } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import type { Resource } from '../schema/resources.ts';
import { CONFIG_MAPS, PODS, QUOTAS, SECRETS, SERVICES, VOLUME_CLAIMS } from '../schema/resources.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { formatAmounts, podAmounts } from './pod-resources.ts';

interface Quota extends KubeObject {
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
  readonly status?: { readonly hard?: object; readonly used?: Readonly<Record<string, string>> };
}

const COUNTED_BY_OWN_NAME: ReadonlyMap<Resource, string> = new Map([
  [PODS, 'pods'],
  [SERVICES, 'services'],
  [SECRETS, 'secrets'],
  [CONFIG_MAPS, 'configmaps'],
  [VOLUME_CLAIMS, 'persistentvolumeclaims'],
  [QUOTAS, 'resourcequotas'],
]);

/**
 * Resource quotas: keeps the sum of what each namespace uses as objects come, change and go (never by counting them all
 * again), refuses a new object that would exceed one, and keeps `status.used`.
 */
export class ResourceQuotas {
  readonly #used = new Map<string, Map<string, bigint>>();
  readonly #statuses: WorkQueue;

  constructor(private readonly simulation: Simulation) {
    this.#statuses = new WorkQueue(simulation.events, (namespace) => {
      this.#writeStatuses(namespace);
    });
    simulation.store.subscribe(undefined, ({ type, resource, current, previous }) => {
      const namespace = current.object.metadata.namespace;
      if (namespace === undefined) return;
      if (previous !== undefined) this.#add(namespace, resource, previous.object, -1n);
      if (type !== 'DELETED') this.#add(namespace, resource, current.object, 1n);
      if (simulation.store.count(QUOTAS, namespace) > 0) this.#statuses.add(namespace);
    });
  }

  /** Refuses an object whose use of something a quota limits does not fit any more. */
  charge(resource: Resource, object: KubeObject): void {
    const { namespace, name } = object.metadata;
    if (namespace === undefined) return;
    const asked = usageOf(resource, object);
    const used = this.#used.get(namespace);
    for (const { object: quota } of this.simulation.store.list<Quota>(QUOTAS, namespace)) {
      const hard = Object.entries(quota.spec?.hard ?? {});
      const quotaName = quota.metadata.name;
      const unset = resource === PODS ? hard.map(([limit]) => limit).filter((limit) => mustBeSpecified(limit) && !asked.has(limit)) : [];
      if (unset.length > 0)
        throw forbidden(resource.plural, resource.group, name, `failed quota: ${quotaName}: must specify ${unset.join(',')}`);
      const exceeded = hard
        .map(([limit, text]) => ({ limit, most: quantity(text), ask: asked.get(limit) ?? 0n, use: used?.get(limit) ?? 0n }))
        .filter(({ ask, use, most }) => ask > 0n && ask + use > most);
      if (exceeded.length === 0) continue;
      const said = (amount: (each: (typeof exceeded)[number]) => bigint): string =>
        Object.entries(formatAmounts(new Map(exceeded.map((each) => [each.limit, amount(each)]))))
          .map(([limit, text]) => `${limit}=${text}`)
          .join(',');
      throw forbidden(
        resource.plural,
        resource.group,
        name,
        `exceeded quota: ${quotaName}, requested: ${said(({ ask }) => ask)}, used: ${said(({ use }) => use)}, limited: ${said(({ most }) => most)}`,
      );
    }
  }

  #add(namespace: string, resource: Resource, object: KubeObject, sign: bigint): void {
    const used = this.#used.get(namespace) ?? new Map<string, bigint>();
    this.#used.set(namespace, used);
    for (const [limit, amount] of usageOf(resource, object)) {
      const sum = (used.get(limit) ?? 0n) + sign * amount;
      if (sum === 0n) used.delete(limit);
      else used.set(limit, sum);
    }
    if (used.size === 0) this.#used.delete(namespace);
  }

  #writeStatuses(namespace: string): void {
    for (const { object: quota } of this.simulation.store.list<Quota>(QUOTAS, namespace)) {
      const hard = quota.spec?.hard ?? {};
      const amounts = new Map(Object.keys(hard).map((limit) => [limit, this.#used.get(namespace)?.get(limit) ?? 0n]));
      const status = { hard, used: formatAmounts(amounts) };
      if (!sameJson(quota.status, status)) this.simulation.store.put(QUOTAS, { ...quota, status });
    }
  }
}

/** Compute limits every pod of the namespace must state, once a quota names them. */
function mustBeSpecified(limit: string): boolean {
  return ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'].includes(limit);
}

function usageOf(resource: Resource, object: KubeObject): Map<string, bigint> {
  const usage = new Map<string, bigint>([[`count/${qualified(resource.plural, resource.group)}`, 1000n]]);
  const own = COUNTED_BY_OWN_NAME.get(resource);
  if (own !== undefined) usage.set(own, 1000n);
  if (resource === PODS) {
    const pod = object as Pod;
    if (isTerminal(pod)) usage.delete('pods');
    else {
      for (const [name, amount] of podAmounts(pod.spec)) {
        usage.set(`requests.${name}`, amount);
        if (!name.includes('/')) usage.set(name, amount);
      }
      for (const [name, amount] of podAmounts(pod.spec, 'limits')) usage.set(`limits.${name}`, amount);
    }
  }
  if (resource === VOLUME_CLAIMS) {
    const storage = (object.spec as { resources?: { requests?: { storage?: string } } } | undefined)?.resources?.requests?.storage;
    usage.set('requests.storage', parseQuantity(storage ?? '0') ?? 0n);
  }
  return usage;
}
