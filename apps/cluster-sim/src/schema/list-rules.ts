/**
 * How lists of the published types merge. `keys` make a list associative for server-side apply
 * (`x-kubernetes-list-map-keys`), `patchKey` for strategic merge patches (`x-kubernetes-patch-merge-key`), `set` makes it a set
 * for both. Lists not named here are atomic. The packages that carry the schemas drop these extensions, hence the table.
 */
export interface ListRule {
  readonly keys?: readonly string[];
  readonly patchKey?: string;
  readonly set?: true;
}

const by = (...keys: readonly [string, ...string[]]): ListRule => ({ keys, patchKey: keys[0] });

const RULES: Readonly<Record<string, ListRule>> = {
  'V1ObjectMeta.finalizers': { set: true },
  'V1ObjectMeta.ownerReferences': by('uid'),
  'V1PodSpec.containers': by('name'),
  'V1PodSpec.initContainers': by('name'),
  'V1PodSpec.ephemeralContainers': by('name'),
  'V1PodSpec.volumes': by('name'),
  'V1PodSpec.imagePullSecrets': by('name'),
  'V1PodSpec.hostAliases': by('ip'),
  'V1PodSpec.topologySpreadConstraints': by('topologyKey', 'whenUnsatisfiable'),
  'V1PodSpec.schedulingGates': by('name'),
  'V1PodSpec.resourceClaims': by('name'),
  'V1Container.env': by('name'),
  'V1Container.volumeMounts': by('mountPath'),
  'V1Container.volumeDevices': by('devicePath'),
  'V1Container.ports': { keys: ['containerPort', 'protocol'], patchKey: 'containerPort' },
  'V1ResourceRequirements.claims': by('name'),
  'V1PodStatus.conditions': by('type'),
  'V1PodStatus.podIPs': by('ip'),
  'V1PodStatus.hostIPs': { patchKey: 'ip' },
  'V1JobStatus.conditions': { patchKey: 'type' },
  'V1NamespaceStatus.conditions': by('type'),
  'V1NodeSpec.taints': { patchKey: 'key' },
  'V1NodeSpec.podCIDRs': { set: true },
  'V1NodeStatus.conditions': by('type'),
  'V1NodeStatus.addresses': by('type'),
  'V1ServiceSpec.ports': { keys: ['port', 'protocol'], patchKey: 'port' },
  'V1ServiceStatus.conditions': by('type'),
  'V1ServiceAccount.secrets': by('name'),
  'V1PersistentVolumeClaimStatus.conditions': by('type'),
};

/** Maps and structs that are replaced whole by server-side apply (`x-kubernetes-map-type: atomic`). */
const ATOMIC = new Set([
  'V1PodSpec.nodeSelector',
  'V1JobSpec.selector',
  'V1ServiceSpec.selector',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1SecretKeySelector',
  'V1ConfigMapKeySelector',
  'V1LabelSelector',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1LocalObjectReference',
  'V1OwnerReference',
  'V1ObjectReference',
  'V1TypedLocalObjectReference',
  'V1LoadBalancerStatus',
]);

export function listRule(model: string, field: string): ListRule {
  return RULES[`${model}.${field}`] ?? {};
}

export function isAtomic(model: string, field: string, fieldModel?: string): boolean {
  return ATOMIC.has(`${model}.${field}`) || (fieldModel !== undefined && ATOMIC.has(fieldModel));
}
