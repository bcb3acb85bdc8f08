import type { Pod } from '../objects/workloads.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { SECRETS } from '../schema/resources.ts';
import type { ObjectStore } from '../store/object-store.ts';

/** The parts of a pod that name secrets of its namespace. */
interface SecretFields {
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly volumes?: readonly { readonly name: string; readonly secret?: { readonly secretName?: string; readonly optional?: boolean } }[];
  readonly containers: readonly { readonly envFrom?: readonly { readonly secretRef?: { readonly name?: string } }[] }[];
}

interface SecretObject extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** The kubelet's message where a volume of the pod cannot be mounted, because its secret is absent. */
export function unmountedSecret(store: ObjectStore, pod: Pod): string | undefined {
  const { volumes = [] } = fieldsOf(pod);
  const volume = volumes.find(({ secret }) => secret?.optional !== true && isAbsent(store, pod, secret?.secretName));
  return volume && `MountVolume.SetUp failed for volume "${volume.name}" : secret "${volume.secret?.secretName ?? ''}" not found`;
}

/** The kubelet's message where the container cannot be configured, because a secret of its variables is absent. */
export function unknownVariables(store: ObjectStore, pod: Pod): string | undefined {
  const names = fieldsOf(pod).containers.flatMap(({ envFrom = [] }) => envFrom.map(({ secretRef }) => secretRef?.name));
  const absent = names.find((name) => isAbsent(store, pod, name));
  return absent && `secret "${absent}" not found`;
}

/** Whether a pull secret of the pod has credentials for the registry of its image. */
export function mayPull(store: ObjectStore, pod: Pod): boolean {
  const [registry = ''] = (pod.spec.containers[0]?.image ?? '').split('/');
  return (fieldsOf(pod).imagePullSecrets ?? []).some(({ name = '' }) => {
    const { data } = secretOf(store, pod, name) ?? {};
    const config = Buffer.from(data?.['.dockerconfigjson'] ?? '', 'base64').toString();
    return config !== '' && registry in ((JSON.parse(config) as { auths?: object }).auths ?? {});
  });
}

function fieldsOf(pod: Pod): SecretFields {
  return pod.spec as unknown as SecretFields;
}

function isAbsent(store: ObjectStore, pod: Pod, name: string | undefined): boolean {
  return name !== undefined && secretOf(store, pod, name) === undefined;
}

function secretOf(store: ObjectStore, pod: Pod, name: string): SecretObject | undefined {
  return store.get<SecretObject>(SECRETS, pod.metadata.namespace ?? '', name)?.object;
}
