import type { KubernetesObject, V1LimitRange, V1Namespace, V1NetworkPolicy, V1ResourceQuota } from '@kubernetes/client-node';
import { LABELS, MANAGED_BY, namespaceOf } from './names.ts';

/** A tenant's place in the cluster. */
export interface TenantSpace {
  readonly id: string;
  /** Names the namespace. */
  readonly slug: string;
}

/** Annotation of a namespace: whose space it is. */
export const TENANT_ID = 'speedspace.io/tenant-id';

/** Far beyond what a tenant runs, and below what would harm the API server. */
const MOST_PODS = 2_000;

/** The namespace of a tenant and what fences it in, in the order in which it is applied. */
export function tenantObjects(tenant: TenantSpace): KubernetesObject[] {
  const metadata = (name: string) => ({ name, namespace: namespaceOf(tenant.slug), labels: labelsOf(tenant) });
  return [namespaceObject(tenant), quota(metadata), limits(metadata), defaultDeny(metadata), allowNames(metadata)];
}

type Metadata = (name: string) => { name: string; namespace: string; labels: Record<string, string> };

function labelsOf(tenant: TenantSpace): Record<string, string> {
  return { [LABELS.managedBy]: MANAGED_BY, [LABELS.tenant]: tenant.slug };
}

function namespaceObject(tenant: TenantSpace): V1Namespace {
  const security = (level: string) => ({
    [`pod-security.kubernetes.io/${level}`]: 'restricted',
    [`pod-security.kubernetes.io/${level}-version`]: 'latest',
  });
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespaceOf(tenant.slug),
      labels: { ...labelsOf(tenant), ...security('enforce'), ...security('audit'), ...security('warn') },
      annotations: { [TENANT_ID]: tenant.id },
    },
  };
}

/**
 * No figure for GPUs: the quota counts the pods of a lost node for as long as they exist, and would refuse the replacements and the
 * next jobs that the concurrency limits rightly let in (rules M3, S2).
 */
function quota(metadata: Metadata): V1ResourceQuota {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: metadata('speedspace'),
    spec: { hard: { pods: String(MOST_PODS), 'services.loadbalancers': '0', 'services.nodeports': '0' } },
  };
}

/** What a container that asks for nothing gets: the pods made here ask for everything, so it is for what people start by hand. */
function limits(metadata: Metadata): V1LimitRange {
  const small = { cpu: '1', memory: '2Gi' };
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: metadata('speedspace'),
    spec: { limits: [{ type: 'Container', _default: small, defaultRequest: small }] },
  };
}

function defaultDeny(metadata: Metadata): V1NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata('default-deny'),
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

/** Without name resolution the pods of a job would not find each other. */
function allowNames(metadata: Metadata): V1NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata('allow-dns'),
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ],
    },
  };
}
