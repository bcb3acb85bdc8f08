import {
  type KubernetesObject,
  PatchStrategy,
  setHeaderOptions,
  type V1ManagedFieldsEntry,
  type V1Namespace,
} from '@kubernetes/client-node';
import { apply } from '../connection/apply.ts';
import { calling, unlessGone } from '../connection/calls.ts';
import type { Clients } from '../connection/cluster-connection.ts';
import { allOf, type ListPage } from '../connection/pages.ts';
import { FIELD_MANAGER, namespaceOf, OURS } from '../desired/names.ts';
import { TENANT_ID, tenantObjects, type TenantSpace } from '../desired/tenant-space.ts';
import { type Difference, differences } from './differences.ts';

/** The spaces that the cluster has, as they were listed. */
export interface ListedSpaces {
  /** By kind, namespace and name. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** The tenants that have a namespace, and whether it is being deleted, by the namespace's name. */
  readonly namespaces: ReadonlyMap<string, { readonly tenantId: string; readonly deleting: boolean }>;
}

/** What was put right at one object of a space. */
export interface SpaceRepair {
  /** Such as `ResourceQuota speedspace`. */
  readonly object: string;
  /** Empty where the object did not exist. */
  readonly differences: readonly Omit<Difference, 'path'>[];
  /** Who changed it last, and when, as far as the cluster knows. */
  readonly changedBy?: string;
  readonly changedAt?: Date;
}

/** Real milliseconds for which a space that was ensured is taken to be as it should be. */
const ENSURED_MS = 10 * 60_000;

/** The spaces of tenants, compared with what they should be and put right. */
export class TenantSpaces {
  /** When each space was ensured last, by what was applied. */
  readonly #ensuredAt = new Map<string, number>();

  /** @param pageSize objects a page of a list */
  constructor(
    private readonly clients: Clients,
    private readonly pageSize: number,
  ) {}

  /** Makes a tenant's namespace with its quotas and policies what it should be; at most every ten minutes for the same tenant. */
  async ensure(tenant: TenantSpace): Promise<void> {
    const key = JSON.stringify(tenant);
    if (Date.now() - (this.#ensuredAt.get(key) ?? 0) < ENSURED_MS) return;
    for (const object of tenantObjects(tenant)) await apply(this.clients, object);
    this.#ensuredAt.set(key, Date.now());
  }

  /** A namespace turned out to be missing: `ensure` applies each space again. */
  forgetEnsured(): void {
    this.#ensuredAt.clear();
  }

  async list(): Promise<ListedSpaces> {
    const { core, networking } = this.clients;
    const of = { labelSelector: OURS };
    const [namespaces, ...others] = await calling('list the spaces of tenants', () =>
      Promise.all([
        this.#all('Namespace', (page) => core.listNamespace({ ...of, ...page })),
        this.#all('ResourceQuota', (page) => core.listResourceQuotaForAllNamespaces({ ...of, ...page })),
        this.#all('LimitRange', (page) => core.listLimitRangeForAllNamespaces({ ...of, ...page })),
        this.#all('NetworkPolicy', (page) => networking.listNetworkPolicyForAllNamespaces({ ...of, ...page })),
      ]),
    );
    return {
      objects: new Map([...namespaces, ...others.flat()].map((object) => [keyOf(object), object])),
      namespaces: new Map(
        namespaces.map(({ metadata }: V1Namespace) => {
          const deleting = metadata?.deletionTimestamp !== undefined;
          return [metadata?.name ?? '', { tenantId: metadata?.annotations?.[TENANT_ID] ?? '', deleting }];
        }),
      ),
    };
  }

  /** Makes a tenant's space what it should be. @returns what was not; each object that a new space gets is among them */
  async repair(tenant: TenantSpace, { objects }: ListedSpaces): Promise<SpaceRepair[]> {
    const repairs: SpaceRepair[] = [];
    for (const wanted of tenantObjects(tenant)) {
      const found = objects.get(keyOf(wanted));
      const wrong = found === undefined ? [] : differences(wanted, found);
      if (found !== undefined && wrong.length === 0) continue;
      await apply(this.clients, wanted);
      await this.#remove(
        wanted,
        wrong.filter((each) => each.wanted === undefined),
      );
      repairs.push({ object: nameOf(wanted), differences: wrong.map(withoutPath), ...lastChange(found, wrong) });
    }
    return repairs;
  }

  /** Deletes the namespace of a tenant with all that it holds; nothing where it belongs to nobody or to another. */
  async remove(tenant: TenantSpace): Promise<void> {
    await calling('delete a namespace', () =>
      unlessGone(async () => {
        const name = namespaceOf(tenant.slug);
        const { items } = await this.clients.core.listNamespace({ labelSelector: OURS, fieldSelector: `metadata.name=${name}` });
        const [namespace] = items;
        if (namespace?.metadata?.annotations?.[TENANT_ID] !== tenant.id) return;
        const { uid } = namespace.metadata;
        await this.clients.core.deleteNamespace({ name, body: { preconditions: { ...(uid !== undefined && { uid }) } } });
      }),
    );
  }

  /** Fields that others added stay when we apply ours. */
  async #remove({ kind, metadata }: KubernetesObject, added: readonly Difference[]): Promise<void> {
    if (added.length === 0) return;
    const { core, networking } = this.clients;
    const body = added.map(({ path }) => ({ op: 'remove', path: `/${path.map(escaped).join('/')}` }));
    const object = { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', body, fieldManager: FIELD_MANAGER };
    const asJsonPatch = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
    await calling(`repair ${kind ?? ''} ${object.name}`, async () => {
      if (kind === 'ResourceQuota') await core.patchNamespacedResourceQuota(object, asJsonPatch);
      else if (kind === 'LimitRange') await core.patchNamespacedLimitRange(object, asJsonPatch);
      else await networking.patchNamespacedNetworkPolicy(object, asJsonPatch);
    });
  }

  /** All objects of a list, whose items do not name their kind. */
  async #all<T extends KubernetesObject>(kind: string, list: ListPage<T>): Promise<T[]> {
    return (await allOf(list, this.pageSize)).map((item) => Object.assign(item, { kind }));
  }
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind ?? ''} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind ?? ''} ${metadata?.name ?? ''}`;
}

function withoutPath({ field, found, wanted }: Difference): Omit<Difference, 'path'> {
  return { field, found, wanted };
}

/** As a JSON pointer (RFC 6901) writes a name. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The last writer but us of one of the fields. Nothing where a field was only removed: the cluster does not keep who did that. */
function lastChange(found: KubernetesObject | undefined, wrong: readonly Difference[]): Pick<SpaceRepair, 'changedBy' | 'changedAt'> {
  const names = wrong.map(({ path }) => `"f:${path.at(-1) ?? ''}"`);
  const isOfOthers = ({ manager, fieldsV1 }: V1ManagedFieldsEntry): boolean => {
    const fields = JSON.stringify(fieldsV1 ?? {});
    return manager !== FIELD_MANAGER && names.some((name) => fields.includes(name));
  };
  const [last] = (found?.metadata?.managedFields ?? [])
    .filter(isOfOthers)
    .sort((a, b) => (b.time?.getTime() ?? 0) - (a.time?.getTime() ?? 0));
  return { ...(last?.manager !== undefined && { changedBy: last.manager }), ...(last?.time !== undefined && { changedAt: last.time }) };
}
