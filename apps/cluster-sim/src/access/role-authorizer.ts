import { forbidden, type ApiError } from '../api/status.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../schema/resources.ts';
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from '../schema/resources.ts';
import { type Account, MASTERS } from './accounts.ts';

/** What an account wants to do, in the words of `SubjectAccessReview`. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  /** Plural name, with the subresource where it is about one: `pods/log`. */
  readonly resource: string;
  /** Empty: in the whole cluster. */
  readonly namespace: string;
  readonly name?: string | undefined;
}

interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null;
}

interface Binding extends KubeObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/** Decides by the roles and bindings that the cluster has, as the RBAC authorizer of Kubernetes. */
export class RoleAuthorizer {
  constructor(private readonly simulation: Simulation) {}

  allows(account: Account, wanted: AccessAttributes): boolean {
    if (account.groups.includes(MASTERS)) return true;
    return this.#rulesOf(account, wanted.namespace).some((rule) => covers(rule, wanted));
  }

  /** @throws ApiError 403 in the words of the API server */
  require(account: Account, wanted: AccessAttributes): void {
    if (!this.allows(account, wanted)) throw refusal(account, wanted);
  }

  #rulesOf(account: Account, namespace: string): PolicyRule[] {
    const bindings: { of: Binding; in: string }[] = this.#all<Binding>(CLUSTER_ROLE_BINDINGS, '').map((of) => ({ of, in: '' }));
    if (namespace !== '') bindings.push(...this.#all<Binding>(ROLE_BINDINGS, namespace).map((of) => ({ of, in: namespace })));
    return bindings.filter(({ of }) => binds(of, account)).flatMap((binding) => this.#rolesOf(binding.of, binding.in));
  }

  #rolesOf({ roleRef: { kind, name } }: Binding, namespace: string): readonly PolicyRule[] {
    const [resource, home] = kind === 'Role' ? [ROLES, namespace] : [CLUSTER_ROLES, ''];
    return this.simulation.store.get<Role>(resource, home, name)?.object.rules ?? [];
  }

  #all<T extends KubeObject>(resource: Resource, namespace: string): T[] {
    return this.simulation.store.list(resource, namespace).map(({ object }) => object as T);
  }
}

function binds({ subjects = [] }: Binding, account: Account): boolean {
  return subjects.some(({ kind, name, namespace }) => {
    if (kind === 'Group') return account.groups.includes(name);
    return account.name === (kind === 'ServiceAccount' ? `system:serviceaccount:${namespace ?? ''}:${name}` : name);
  });
}

function covers({ verbs = [], apiGroups = [], resources = [], resourceNames = [] }: PolicyRule, wanted: AccessAttributes): boolean {
  const subresource = wanted.resource.split('/')[1];
  const listed = (list: readonly string[], value: string): boolean => list.includes('*') || list.includes(value);
  return (
    listed(verbs, wanted.verb) &&
    listed(apiGroups, wanted.group) &&
    (listed(resources, wanted.resource) || (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(wanted.name ?? ''))
  );
}

function refusal({ name: user }: Account, { verb, group, resource, namespace, name }: AccessAttributes): ApiError {
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return forbidden(
    resource.split('/')[0] ?? '',
    group,
    name ?? '',
    `User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
  );
}
