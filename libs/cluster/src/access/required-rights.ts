/** One verb on one resource of the Kubernetes API, as RBAC grants it. */
export interface Right {
  /** API group; empty for the core. */
  readonly group: string;
  /** Plural name, with the subresource where the right is about one: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
  /** Absent: in all namespaces. */
  readonly namespace?: string;
}

/** A process of ours that has an account of its own in the cluster. */
export type Component = 'api' | 'controller';

/** Where every kubelet renews a lease of its node's name, some ten seconds apart. */
export const NODE_LEASES = 'kube-node-lease';

/**
 * The rights that each process needs: all that it uses and nothing else. The chart's roles and README's table grant exactly these, and
 * a test holds them against this list.
 */
export const REQUIRED_RIGHTS: Readonly<Record<Component, readonly Right[]>> = {
  // Shapes of nodes and overheads of pods for quotes and submissions, and the logs of jobs.
  api: [
    ...rights('', 'nodes', ['list']),
    ...rights('node.k8s.io', 'runtimeclasses', ['list']),
    ...rights('', 'pods', ['list']),
    ...rights('', 'pods/log', ['get']),
  ],
  // Spaces of tenants, jobs and their pods, whose logs are kept when they end.
  controller: [
    ...rights('batch', 'jobs', ['get', 'list', 'create', 'patch', 'delete']),
    ...rights('', 'pods', ['list', 'watch', 'patch', 'delete']),
    ...rights('', 'pods/log', ['get']),
    ...rights('', 'events', ['list', 'watch']),
    ...rights('', 'services', ['create', 'patch']),
    // Written and never read: what is in the cluster is recorded in the database.
    ...rights('', 'secrets', ['create', 'patch', 'delete']),
    ...rights('', 'resourcequotas', ['list', 'create', 'patch']),
    ...rights('', 'limitranges', ['list', 'create', 'patch']),
    ...rights('networking.k8s.io', 'networkpolicies', ['list', 'create', 'patch']),
    ...rights('', 'namespaces', ['list', 'create', 'patch', 'delete']),
    ...rights('', 'nodes', ['list', 'watch']),
    ...rights('node.k8s.io', 'runtimeclasses', ['list']),
    ...rights('coordination.k8s.io', 'leases', ['list']).map((right) => ({ ...right, namespace: NODE_LEASES })),
  ],
};

function rights(group: string, resource: string, verbs: readonly string[]): Right[] {
  return verbs.map((verb) => ({ group, resource, verb }));
}

/** `list pods`, `create jobs.batch`, `list leases.coordination.k8s.io in kube-node-lease`. */
export function describeRight({ group, resource, verb, namespace }: Right): string {
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/**
 * A sentence for operators: which right the account `user` lacks, and the command that grants it.
 * @param user as Kubernetes names it; undefined where it is not known
 */
export function missingRightSentence(right: Right, user: string | undefined): string {
  const { verb, resource, group, namespace } = right;
  const name = `speedspace-${verb}-${resource.replace('/', '-')}`;
  const [, ofNamespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user ?? '') ?? [];
  const subject = account === undefined ? `--user=${user ?? 'ACCOUNT'}` : `--serviceaccount=${ofNamespace ?? ''}:${account}`;
  const [kind, where] = namespace === undefined ? ['clusterrole', ''] : ['role', ` -n ${namespace}`];
  const role = `kubectl create ${kind} ${name} --verb=${verb} --resource=${dotted(resource, group)}${where}`;
  const binding = `kubectl create ${kind}binding ${name} --${kind}=${name} ${subject}${where}`;
  return `The account ${user ?? 'of the kubeconfig'} may not ${describeRight(right)}; grant it with: ${role} && ${binding}`;
}

/** As `kubectl` wants it: `jobs.batch`, `pods/log`. */
function dotted(resource: string, group: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}
