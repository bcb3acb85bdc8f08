/** A resource the simulated API server serves. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  /** Plural name in the path. */
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  readonly categories: readonly string[];
  /** Name of the type in the client's generated models, which know every field. */
  readonly model: string;
  /** Name of the published schema in `kubernetes-models`. */
  readonly schema: string;
  /** What a name must look like. */
  readonly nameRule: 'label' | 'service' | 'subdomain';
}

function resource(
  group: string,
  plural: string,
  kind: string,
  more: Partial<Resource> & { readonly schemaGroup: string; readonly shortNames?: readonly string[] },
): Resource {
  const { schemaGroup, ...rest } = more;
  return {
    group,
    version: 'v1',
    plural,
    singular: kind.toLowerCase(),
    kind,
    shortNames: [],
    namespaced: true,
    subresources: [],
    categories: [],
    model: `V1${kind}`,
    schema: `IoK8sApi${schemaGroup}V1${kind}`,
    nameRule: 'subdomain',
    ...rest,
  };
}

const core = { schemaGroup: 'Core' };

export const NAMESPACES = resource('', 'namespaces', 'Namespace', {
  ...core,
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status', 'finalize'],
  nameRule: 'label',
});
export const NODES = resource('', 'nodes', 'Node', { ...core, shortNames: ['no'], namespaced: false, subresources: ['status'] });
export const PODS = resource('', 'pods', 'Pod', {
  ...core,
  shortNames: ['po'],
  subresources: ['status', 'log', 'eviction', 'binding'],
  categories: ['all'],
});
export const SERVICES = resource('', 'services', 'Service', {
  ...core,
  shortNames: ['svc'],
  subresources: ['status'],
  categories: ['all'],
  nameRule: 'service',
});
export const EVENTS = resource('', 'events', 'Event', { ...core, shortNames: ['ev'], model: 'CoreV1Event' });
export const SECRETS = resource('', 'secrets', 'Secret', core);
export const CONFIG_MAPS = resource('', 'configmaps', 'ConfigMap', { ...core, shortNames: ['cm'] });
export const VOLUME_CLAIMS = resource('', 'persistentvolumeclaims', 'PersistentVolumeClaim', {
  ...core,
  shortNames: ['pvc'],
  subresources: ['status'],
});
export const QUOTAS = resource('', 'resourcequotas', 'ResourceQuota', { ...core, shortNames: ['quota'], subresources: ['status'] });
export const LIMIT_RANGES = resource('', 'limitranges', 'LimitRange', { ...core, shortNames: ['limits'] });
export const SERVICE_ACCOUNTS = resource('', 'serviceaccounts', 'ServiceAccount', { ...core, shortNames: ['sa'], subresources: ['token'] });
export const JOBS = resource('batch', 'jobs', 'Job', { schemaGroup: 'Batch', subresources: ['status'], categories: ['all'] });
export const NETWORK_POLICIES = resource('networking.k8s.io', 'networkpolicies', 'NetworkPolicy', {
  schemaGroup: 'Networking',
  shortNames: ['netpol'],
});
export const LEASES = resource('coordination.k8s.io', 'leases', 'Lease', { schemaGroup: 'Coordination' });
export const PRIORITY_CLASSES = resource('scheduling.k8s.io', 'priorityclasses', 'PriorityClass', {
  schemaGroup: 'Scheduling',
  shortNames: ['pc'],
  namespaced: false,
});
export const RUNTIME_CLASSES = resource('node.k8s.io', 'runtimeclasses', 'RuntimeClass', { schemaGroup: 'Node', namespaced: false });

const rbac = { schemaGroup: 'Rbac' };

export const CLUSTER_ROLES = resource('rbac.authorization.k8s.io', 'clusterroles', 'ClusterRole', { ...rbac, namespaced: false });
export const CLUSTER_ROLE_BINDINGS = resource('rbac.authorization.k8s.io', 'clusterrolebindings', 'ClusterRoleBinding', {
  ...rbac,
  namespaced: false,
});
export const ROLES = resource('rbac.authorization.k8s.io', 'roles', 'Role', rbac);
export const ROLE_BINDINGS = resource('rbac.authorization.k8s.io', 'rolebindings', 'RoleBinding', rbac);

/** Everything served, in the order discovery lists it. */
export const RESOURCES: readonly Resource[] = [
  NAMESPACES,
  NODES,
  PODS,
  SERVICES,
  EVENTS,
  SECRETS,
  CONFIG_MAPS,
  VOLUME_CLAIMS,
  QUOTAS,
  LIMIT_RANGES,
  SERVICE_ACCOUNTS,
  JOBS,
  NETWORK_POLICIES,
  LEASES,
  PRIORITY_CLASSES,
  RUNTIME_CLASSES,
  CLUSTER_ROLES,
  CLUSTER_ROLE_BINDINGS,
  ROLES,
  ROLE_BINDINGS,
];

export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return RESOURCES.find((each) => each.group === group && each.version === version && each.plural === plural);
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}
