import { BatchV1Api, CoreV1Api, KubeConfig, type KubernetesObject, NetworkingV1Api, type V1Job, type V1Pod } from '@kubernetes/client-node';

const OURS = 'app.kubernetes.io/managed-by=speedspace';
export const METERING_FINALIZER = 'speedspace.io/metering';

/** What is in the cluster. */
export interface ClusterObjects {
  readonly pods: readonly V1Pod[];
  readonly jobs: readonly V1Job[];
  /** Services and network policies that belong to an attempt of a job. */
  readonly owned: readonly KubernetesObject[];
}

export async function clusterObjects(kubeconfig: string): Promise<ClusterObjects> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const [core, batch, networking] = [
    config.makeApiClient(CoreV1Api),
    config.makeApiClient(BatchV1Api),
    config.makeApiClient(NetworkingV1Api),
  ];
  const [pods, jobs, services, policies] = await Promise.all([
    core.listPodForAllNamespaces({ labelSelector: OURS }),
    batch.listJobForAllNamespaces({ labelSelector: OURS }),
    core.listServiceForAllNamespaces({ labelSelector: OURS }),
    networking.listNetworkPolicyForAllNamespaces({ labelSelector: OURS }),
  ]);
  const ofAJob = (object: KubernetesObject): boolean => object.metadata?.labels?.['speedspace.io/job'] !== undefined;
  return { pods: pods.items, jobs: jobs.items, owned: [...services.items, ...policies.items].filter(ofAJob) };
}

export function jobOf(object: KubernetesObject): string {
  return object.metadata?.labels?.['speedspace.io/job'] ?? '';
}

export function attemptOf(object: KubernetesObject): number {
  return Number(object.metadata?.labels?.['speedspace.io/attempt']);
}

export function hasEnded(pod: V1Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Whether a pod is on its way out, or has ended and is still held for the meter. */
export function isHeld({ metadata }: V1Pod): boolean {
  return metadata?.deletionTimestamp !== undefined || (metadata?.finalizers?.includes(METERING_FINALIZER) ?? false);
}

export function nameOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
