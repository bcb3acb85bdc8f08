import type { V1Container, V1PodSpec, V1Secret } from '@kubernetes/client-node';
import type { JobSpec } from '#jobs';
import type { OpenSecret } from '#secrets';
import { LABELS, MANAGED_BY, namespaceOf } from './names.ts';
import type { TenantSpace } from './tenant-space.ts';

/** Readable for the pods' user and its group, which Kubernetes makes the group of the files; writable for nobody. */
const FILE_MODE = 0o440;

/** Name of the Kubernetes Secret of a company's secret. */
export function secretObjectName(secret: string): string {
  return `secret-${secret}`;
}

/** The Kubernetes Secret of a company's secret, in its own namespace. */
export function secretObject(tenant: TenantSpace, { name, kind, data }: Pick<OpenSecret, 'name' | 'kind' | 'data'>): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretObjectName(name),
      namespace: namespaceOf(tenant.slug),
      labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.tenant]: tenant.slug },
    },
    type: kind === 'registry' ? 'kubernetes.io/dockerconfigjson' : 'Opaque',
    data: { ...data },
  };
}

/** How the pods of a job use the secrets that it names. */
export interface SecretParts {
  readonly pod: Pick<V1PodSpec, 'imagePullSecrets'>;
  readonly container: Pick<V1Container, 'envFrom'>;
  readonly volumes: NonNullable<V1PodSpec['volumes']>;
  readonly mounts: NonNullable<V1Container['volumeMounts']>;
}

/** What the secrets of `spec` add to its pods. */
export function secretParts({ imagePullSecrets = [], envFrom = [], files = [] }: JobSpec): SecretParts {
  return {
    pod: imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name: secretObjectName(name) })) },
    container: envFrom.length === 0 ? {} : { envFrom: envFrom.map(({ secret }) => ({ secretRef: { name: secretObjectName(secret) } })) },
    volumes: files.map(({ secret }, index) => {
      return { name: `files-${index}`, secret: { secretName: secretObjectName(secret), defaultMode: FILE_MODE } };
    }),
    mounts: files.map(({ mountPath }, index) => ({ name: `files-${index}`, mountPath, readOnly: true })),
  };
}
